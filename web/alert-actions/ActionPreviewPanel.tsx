import { useEffect, useState } from 'react'
import type * as z from 'zod'
import type { ActionPreview, ActionPreviewInput, TriggerType } from '../../server/alert-actions/schema.ts'
import { useActionPreview } from '../api/alert-actions.ts'
import { useAlerts } from '../api/alerts.ts'
import { sentenceOf } from '../api/problem.ts'
import { Field } from '../components/Field.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { Select } from '../components/Select.tsx'
import type { ActionDraft } from './action-draft.ts'
import { triggerText, triggerWords } from './action-words.ts'

type Preview = z.infer<typeof ActionPreview>

/** What an action is tried on. */
export type Trial = { alertId: number | null; triggerType: TriggerType | null }

const SETTLE_MS = 250

/** Tries an action while it is typed: once the typing rests, the server says what it makes of it. */
export function useActionTrial(draft: ActionDraft, sendsText: boolean, trial: Trial) {
  const input: ActionPreviewInput = {
    connectorType: draft.type,
    conditions: draft.conditions,
    titleTemplate: sendsText ? draft.titleTemplate : null,
    bodyTemplate: draft.bodyTemplate,
    alertId: trial.alertId,
    triggerType: draft.mode === 'MANUAL' ? 'manual' : trial.triggerType,
  }
  const wanted = JSON.stringify(input)
  const [settled, setSettled] = useState(wanted)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [wanted])
  const query = useActionPreview(JSON.parse(settled) as ActionPreviewInput)
  return { preview: query.data, failure: query.error }
}

type Props = {
  draft: ActionDraft
  trial: Trial
  onTrial: (trial: Trial) => void
  preview: Preview | undefined
  failure: unknown
}

/** What the action as it stands would send. */
export function ActionPreviewPanel({ draft, trial, onTrial, preview, failure }: Props) {
  const alerts = useAlerts({ states: [] }).data?.pages[0]?.rows ?? []
  const triggers = draft.triggers.length > 0 ? draft.triggers : triggerWords.map(({ type }) => type)
  return (
    <Section title="Preview" hint="With what stands here. Nothing is saved or sent.">
      <div className="grid gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Try on">
            {(control) => (
              <Select
                {...control}
                value={trial.alertId ?? ''}
                onChange={(event) => onTrial({ ...trial, alertId: Number(event.target.value) || null })}
              >
                <option value="">An example</option>
                {alerts.map((alert) => (
                  <option key={alert.id} value={alert.id}>
                    {`${alert.id} · ${alert.summary}`}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {draft.mode === 'AUTOMATIC' && (
            <Field label="When it is">
              {(control) => (
                <Select
                  {...control}
                  value={trial.triggerType ?? triggers[0]}
                  onChange={(event) => onTrial({ ...trial, triggerType: event.target.value as TriggerType })}
                >
                  {triggers.map((type) => (
                    <option key={type} value={type}>
                      {triggerText(type)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
        </div>
        <div aria-live="polite" className="grid gap-4 border-t pt-4 empty:hidden">
          {failure ? <Notice tone="danger">{sentenceOf(failure)}</Notice> : preview && <Outcome preview={preview} />}
        </div>
      </div>
    </Section>
  )
}

function Outcome({ preview }: { preview: Preview }) {
  const { message, holds, reason } = preview
  return (
    <>
      {holds === false && <Notice tone="info">The condition does not hold for this alert: nothing is sent.</Notice>}
      {holds === null && <Notice tone="caution">The condition cannot be read yet.</Notice>}
      {reason && <Notice tone="danger">{reason}</Notice>}
      {message &&
        (message.body === null ? (
          <div className="grid gap-1 rounded-lg border bg-sunken p-3">
            <p className="font-semibold break-words">{message.title}</p>
            <p className="text-sm break-words whitespace-pre-wrap">{message.text}</p>
          </div>
        ) : (
          <pre className="max-h-96 overflow-auto rounded-lg border bg-sunken p-3 font-mono text-xs break-all whitespace-pre-wrap">
            {pretty(message.body)}
          </pre>
        ))}
    </>
  )
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
