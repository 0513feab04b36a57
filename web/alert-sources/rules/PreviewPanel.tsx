import type { ReactNode } from 'react'
import type { Preview } from '../../../server/alert-sources/rules/schema.ts'
import { useDeliveries } from '../../api/deliveries.ts'
import { sentenceOf } from '../../api/problem.ts'
import { Fact, Facts } from '../../components/Facts.tsx'
import { Field } from '../../components/Field.tsx'
import { Markdown } from '../../components/Markdown.tsx'
import { Notice } from '../../components/Notice.tsx'
import { Section } from '../../components/Page.tsx'
import { Select } from '../../components/Select.tsx'
import { TextArea } from '../../components/TextInput.tsx'
import { clockText, dayText } from '../../components/time-text.ts'

/** What rules are tried on: a delivery, or a body that was typed. */
export type Trial = { deliveryId: string | null; body: string }

type Props = {
  source: number | null
  trial: Trial
  onTrial: (trial: Trial) => void
  preview: Preview | undefined
  failure: unknown
}

/** What the rules as they stand would make of a delivery. */
export function PreviewPanel({ source, trial, onTrial, preview, failure }: Props) {
  return (
    <Section title="Preview" hint="With the rules as they stand here. Nothing is saved or sent.">
      <div className="grid gap-4">
        {source !== null && <DeliveryChoice source={source} trial={trial} onTrial={onTrial} />}
        {trial.deliveryId === null && (
          <Field label="Body" hint="JSON as the other system sends it.">
            {(control) => (
              <TextArea
                {...control}
                className="font-mono text-xs"
                rows={8}
                spellCheck={false}
                value={trial.body}
                onChange={(event) => onTrial({ deliveryId: null, body: event.target.value })}
              />
            )}
          </Field>
        )}
        <div aria-live="polite" className="grid gap-4 border-t pt-4 empty:hidden">
          {failure ? <Notice tone="danger">{sentenceOf(failure)}</Notice> : preview && <Outcome preview={preview} />}
        </div>
      </div>
    </Section>
  )
}

function DeliveryChoice({ source, trial, onTrial }: { source: number; trial: Trial; onTrial: (trial: Trial) => void }) {
  const deliveries = useDeliveries({ source }).data?.pages[0] ?? []
  return (
    <Field label="Try on">
      {(control) => (
        <Select
          {...control}
          value={trial.deliveryId ?? ''}
          onChange={(event) => onTrial({ ...trial, deliveryId: event.target.value || null })}
        >
          <option value="">A body I paste</option>
          {deliveries.map((delivery) => (
            <option key={delivery.id} value={delivery.id}>
              {`${delivery.event ?? 'Delivery'} · ${dayText(delivery.receivedAt)}, ${clockText(delivery.receivedAt)}${delivery.alertKey ? ` · ${delivery.alertKey}` : ''}`}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

const SENTENCES: Record<Exclude<Preview['outcome'], 'EVENT'>, string> = {
  FILTERED: 'The event filter keeps it out.',
  IGNORED: 'It opens and changes nothing.',
  QUARANTINED: 'It would be set aside.',
  VERIFICATION: 'A webhook that wants to be confirmed: rules do not apply.',
  NOTHING: 'Paste a body, and what becomes of it shows here.',
}

function Outcome({ preview }: { preview: Preview }) {
  const { outcome, effect, notes, reason } = preview
  if (outcome !== 'EVENT' || !effect) {
    const sentence = outcome === 'EVENT' ? '' : SENTENCES[outcome]
    return (
      <Notice tone={outcome === 'QUARANTINED' ? 'caution' : 'info'}>
        {outcome === 'QUARANTINED' && reason ? `${sentence} ${reason}` : sentence}
      </Notice>
    )
  }
  return (
    <>
      <div className="grid gap-1">
        <p className="text-xs text-muted">{TYPE_WORDS[effect.eventType]}</p>
        <p className="font-semibold break-words">{effect.summary || <Quiet>No summary</Quiet>}</p>
      </div>
      {effect.details !== '' && (
        <div className="max-h-72 overflow-auto rounded-lg border bg-sunken p-3 text-sm">
          <Markdown source={effect.details} />
        </div>
      )}
      <Facts>
        <Fact name="Priority">{effect.priority === 'HIGH' ? 'High' : 'Low'}</Fact>
        <Fact name="Severity">{effect.severity === null ? <Quiet>none</Quiet> : `SEV${effect.severity}`}</Fact>
        <Fact name="Key">
          {effect.alertKey === null ? (
            <Quiet>none</Quiet>
          ) : (
            <span className="font-mono text-xs break-all">{effect.alertKey}</span>
          )}
        </Fact>
        <Fact name="Asks">{effect.escalationPolicy?.name ?? "the source's escalation policy"}</Fact>
        <Fact name="Links">
          {effect.links.length === 0 ? null : (
            <ul className="grid gap-1">
              {effect.links.map((link) => (
                <li key={link.href} className="break-all">
                  {link.text ? `${link.text}: ` : ''}
                  <span className="font-mono text-xs">{link.href}</span>
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact name="Labels">
          {Object.keys(effect.labels).length === 0 ? null : (
            <ul className="grid gap-1">
              {Object.entries(effect.labels).map(([name, value]) => (
                <li key={name} className="break-all">
                  <span className="text-muted">{name}</span> {value}
                </li>
              ))}
            </ul>
          )}
        </Fact>
      </Facts>
      {notes.length > 0 && (
        <ul className="grid gap-1 text-xs text-muted">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </>
  )
}

const TYPE_WORDS = {
  ALERT: 'Opens an alert, or joins an open one',
  ACCEPT: 'Accepts its alert',
  RESOLVE: 'Resolves its alert',
  COMMENT: 'Adds a comment to its alert',
  NONE: 'Is written down, and changes nothing',
}

function Quiet({ children }: { children: ReactNode }) {
  return <span className="text-faint">{children}</span>
}
