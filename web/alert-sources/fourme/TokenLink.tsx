import { ExternalLink } from 'lucide-react'
import { tokenLink } from './options.ts'

/** The way to a token with the right boxes ticked, as soon as account and region are typed. */
export function TokenLink({ settings }: { settings: Record<string, unknown> }) {
  const link = tokenLink(settings)
  if (!link)
    return (
      <p className="text-xs text-muted">
        Enter account and region: then a link leads to the form for a token, filled in.
      </p>
    )
  return (
    <div className="grid gap-0.5">
      <a
        href={link}
        target="_blank"
        rel="noreferrer"
        className="inline-flex items-center gap-1.5 text-sm font-medium text-accent hover:underline"
      >
        Generate a token in 4me, with its scopes filled in
        <ExternalLink className="size-4" aria-hidden />
      </a>
      <p className="text-xs text-muted">Read lets alerts open and close. Update and Person are needed to write back.</p>
    </div>
  )
}
