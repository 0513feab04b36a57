import { useState } from 'react'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import { useChangeMaintenance } from '../api/maintenance.ts'
import { sentenceOf } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { ownTimezone } from '../components/local-time.ts'
import { Notice } from '../components/Notice.tsx'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { nowMs } from '../components/useNow.ts'

const MINUTE_MS = 60_000
const LENGTHS: readonly { minutes: number; label: string }[] = [
  { minutes: 15, label: '15 minutes' },
  { minutes: 30, label: '30 minutes' },
  { minutes: 60, label: '1 hour' },
  { minutes: 120, label: '2 hours' },
  { minutes: 240, label: '4 hours' },
  { minutes: 480, label: '8 hours' },
  { minutes: 1_440, label: '1 day' },
]

/** Puts a source into maintenance now, for a while. */
export function ImmediateMaintenance({ source }: { source: AlertSource }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Immediate maintenance</Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={`Maintenance of ${source.name}`}
        description="From now on its alerts are dropped and wake nobody, until the time is over. The delivery log keeps what came."
      >
        <Form source={source} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function Form({ source, onClose }: { source: AlertSource; onClose: () => void }) {
  const [minutes, setMinutes] = useState(60)
  const [summary, setSummary] = useState('')
  const change = useChangeMaintenance()
  const submit = () => {
    const start = new Date(nowMs())
    change.mutate(
      {
        kind: 'save',
        input: {
          summary: summary.trim() || `Immediate maintenance of ${source.name}`.slice(0, 255),
          timezone: ownTimezone(),
          start: start.toISOString(),
          end: new Date(start.getTime() + minutes * MINUTE_MS).toISOString(),
          alertSources: [{ id: source.id }],
        },
      },
      {
        onSuccess: () => {
          toast(`${source.name} is in maintenance.`)
          onClose()
        },
      },
    )
  }
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Field label="For how long">
        {(control) => (
          <Select {...control} value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
            {LENGTHS.map((length) => (
              <option key={length.minutes} value={length.minutes}>
                {length.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="What is done" optional>
        {(control) => (
          <TextInput
            {...control}
            maxLength={255}
            value={summary}
            onChange={(event) => setSummary(event.target.value)}
          />
        )}
      </Field>
      {change.error && <Notice tone="danger">{sentenceOf(change.error)}</Notice>}
      <div className="flex justify-end gap-2 pb-1">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="primary" busy={change.isPending}>
          Begin maintenance
        </Button>
      </div>
    </form>
  )
}

/** Says that a source is in maintenance, and ends it. */
export function MaintenanceNotice({ source }: { source: AlertSource }) {
  const change = useChangeMaintenance()
  const { maintenance } = source
  if (!maintenance) return null
  return (
    <Notice
      tone="caution"
      action={
        <Button
          size="sm"
          busy={change.isPending}
          onClick={() =>
            change.mutate(
              { kind: 'end', id: maintenance.id },
              {
                onSuccess: () => toast('Maintenance is over. Alerts ring again.'),
                onError: (error) => toast(sentenceOf(error), 'danger'),
              },
            )
          }
        >
          End now
        </Button>
      }
    >
      In maintenance until{' '}
      {new Date(maintenance.until).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}: alerts of this
      source are dropped.
    </Notice>
  )
}
