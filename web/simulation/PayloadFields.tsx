import { useDeliveries } from '../api/deliveries.ts'
import { Field } from '../components/Field.tsx'
import { Select } from '../components/Select.tsx'
import { TextArea, TextInput } from '../components/TextInput.tsx'
import { clockText, dayText } from '../components/time-text.ts'
import type { Payload } from './draft.ts'

type Props = {
  source: number
  payload: Payload
  onChange: (payload: Payload) => void
  /** Which field is wrong, and why. */
  error: (field: string) => string | undefined
}

/** What arrives: an event in a few words, what a system would send, or something from the log. */
export function PayloadFields({ source, payload, onChange, error }: Props) {
  const deliveries = (useDeliveries({ source }).data?.pages[0] ?? []).filter((one) => one.event !== 'webhook.verify')
  const isOld = payload.kind !== 'SUMMARY' && payload.kind !== 'PASTED'
  const change = (changed: Partial<Payload>) => onChange({ ...payload, ...changed })
  return (
    <div className="grid gap-4">
      <Field label="What arrives" error={error('delivery.id')}>
        {(control) => (
          <Select {...control} value={payload.kind} onChange={(event) => change({ kind: event.target.value })}>
            <option value="SUMMARY">An event with a summary</option>
            <option value="PASTED">A body I paste</option>
            <optgroup label="From the delivery log">
              {isOld && !deliveries.some((one) => one.id === payload.kind) && (
                <option value={payload.kind}>The delivery you came from</option>
              )}
              {deliveries.map((delivery) => (
                <option key={delivery.id} value={delivery.id}>
                  {`${delivery.event ?? 'Delivery'} · ${dayText(delivery.receivedAt)}, ${clockText(delivery.receivedAt)}${delivery.alertKey ? ` · ${delivery.alertKey}` : ''}`}
                </option>
              ))}
            </optgroup>
          </Select>
        )}
      </Field>
      {payload.kind === 'SUMMARY' && (
        <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_10rem]">
          <Field label="Summary" error={error('event.summary')}>
            {(control) => (
              <TextInput
                {...control}
                maxLength={1_000}
                value={payload.summary}
                onChange={(event) => change({ summary: event.target.value })}
              />
            )}
          </Field>
          <Field label="Its priority">
            {(control) => (
              <Select
                {...control}
                value={payload.priority}
                onChange={(event) => change({ priority: event.target.value as Payload['priority'] })}
              >
                <option value="">Not said</option>
                <option value="HIGH">High</option>
                <option value="LOW">Low</option>
              </Select>
            )}
          </Field>
        </div>
      )}
      {payload.kind === 'PASTED' && (
        <Field label="Body" hint="JSON as the other system sends it." error={error('delivery.body')}>
          {(control) => (
            <TextArea
              {...control}
              className="font-mono text-xs"
              rows={10}
              spellCheck={false}
              value={payload.body}
              onChange={(event) => change({ body: event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  )
}
