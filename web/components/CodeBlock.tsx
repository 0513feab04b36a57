import { CopyButton } from './CopyButton.tsx'

type Props = { label: string; code: string }

/** Text for a terminal or an editor, with a copy button. */
export function CodeBlock({ label, code }: Props) {
  return (
    <div className="min-w-0 overflow-hidden rounded-lg border bg-sunken">
      <div className="flex items-center justify-between border-b py-1 ps-3 pe-1">
        <span className="text-xs text-muted">{label}</span>
        <CopyButton text={code} what={label} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section tabIndex={0} aria-label={label} className="max-h-96 overflow-auto">
        <pre className="p-3 font-mono text-xs">{code}</pre>
      </section>
    </div>
  )
}
