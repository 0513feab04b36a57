import type { AlertSource } from '../../server/alert-sources/schema.ts'
import { CopyButton } from '../components/CopyButton.tsx'
import { CopyField } from '../components/CopyField.tsx'
import { Section } from '../components/Page.tsx'

type Props = { source: AlertSource; events: readonly string[] }

/** The webhooks to create in the other system: one per event, all with the same address. */
export function WebhookEvents({ source, events }: Props) {
  if (events.length === 0 || source.integrationUrl === null) return null
  return (
    <Section title="Webhooks" hint="Create one webhook per event there, all with this address.">
      <div className="grid gap-4">
        <CopyField label="Webhook URL" value={source.integrationUrl} />
        <ul aria-label="Webhook events" className="divide-y rounded-lg border">
          {events.map((event) => (
            <li key={event} className="flex items-center justify-between gap-3 py-1.5 ps-3 pe-1.5">
              <code className="min-w-0 truncate font-mono text-sm">{event}</code>
              <CopyButton text={event} what={event} />
            </li>
          ))}
        </ul>
      </div>
    </Section>
  )
}
