import { ExternalLink } from 'lucide-react'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import { Section } from '../../components/Page.tsx'
import { tokenLink } from './options.ts'

/** The way to a token with the right boxes ticked, once the account is known. */
export function TokenLink({ source }: { source: AlertSource }) {
  if (source.integrationType !== 'FOURME') return null
  const link = tokenLink(source.integrationSettings)
  return (
    <Section title="Token" hint="Read lets alerts open and close. Update and Person are needed to write back.">
      {link ? (
        <a
          href={link}
          target="_blank"
          rel="noreferrer"
          className="inline-flex items-center gap-1.5 text-sm font-medium text-accent hover:underline"
        >
          Generate a token in 4me, with its scopes filled in
          <ExternalLink className="size-4" aria-hidden />
        </a>
      ) : (
        <p className="text-sm text-muted">Save account and region first: then a link leads to the form, filled in.</p>
      )}
    </Section>
  )
}
