import { useId } from 'react'
import { CopyButton } from './CopyButton.tsx'

type Props = { label: string; value: string; hint?: string }

/** A value to take elsewhere, whole and by one press. */
export function CopyField({ label, value, hint }: Props) {
  const id = useId()
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="flex items-center gap-1.5 rounded-md border bg-sunken py-1 ps-2.5 pe-1">
        <input
          id={id}
          readOnly
          value={value}
          onFocus={(event) => event.target.select()}
          className="h-7 min-w-0 flex-1 truncate bg-transparent font-mono text-sm outline-offset-4"
        />
        <CopyButton text={value} what={label} />
      </div>
      {hint && <p className="text-xs text-muted">{hint}</p>}
    </div>
  )
}
