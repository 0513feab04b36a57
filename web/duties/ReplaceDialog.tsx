import { useState } from 'react'
import type { ReplacementPreview } from '../../server/duties/shifts/schema.ts'
import { usePeople } from '../api/directory.ts'
import { useReplacementPreview, useReplaceShifts } from '../api/duties.ts'
import { sentenceOf } from '../api/problem.ts'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { fromLocalInput, toLocalInput } from '../components/local-time.ts'
import { Notice } from '../components/Notice.tsx'
import { nameOf } from '../components/person-name.ts'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { useNow } from '../components/useNow.ts'
import { zoneText } from '../schedules/zone-time.ts'

const WEEK_MS = 7 * 86_400_000
type Change = ReplacementPreview['changes'][number]
const keyOf = (change: Change) => `${change.schedule.id} ${change.start}`

/** Gives one's shifts in a stretch of time to somebody else: what changes is shown first. */
export function ReplaceDialog({ meId, onClose }: { meId: number; onClose: () => void }) {
  const now = useNow(60_000)
  const people = (usePeople().data ?? []).filter((person) => person.id !== meId)
  const replace = useReplaceShifts()
  const [to, setTo] = useState('')
  const [from, setFrom] = useState(toLocalInput(new Date(now)))
  const [until, setUntil] = useState(toLocalInput(new Date(now + WEEK_MS)))
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set())
  const [begin, end] = [fromLocalInput(from), fromLocalInput(until)]
  const span =
    to !== '' && begin && end
      ? { replacement: { id: Number(to) }, from: begin.toISOString(), until: end.toISOString() }
      : null
  const preview = useReplacementPreview(span)
  const wanted = (span && preview.data ? preview.data.changes : []).filter((change) => !kept.has(keyOf(change)))
  const toggle = (key: string) => {
    const next = new Set(kept)
    if (!next.delete(key)) next.add(key)
    setKept(next)
  }
  const save = () =>
    replace.mutate(
      { replacement: { id: Number(to) }, shifts: wanted },
      {
        onSuccess: () => {
          toast(wanted.length === 1 ? 'The shift was handed over.' : `${wanted.length} shifts were handed over.`)
          onClose()
        },
      },
    )

  return (
    <Dialog
      kind="wide"
      open
      onClose={onClose}
      title="Override my shifts"
      description="Somebody else is on call instead of you, on all your schedules."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" disabled={wanted.length === 0} busy={replace.isPending} onClick={save}>
            {wanted.length > 1 ? `Hand over ${wanted.length} shifts` : 'Hand over'}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {replace.error && <Notice tone="danger">{sentenceOf(replace.error)}</Notice>}
        <Field label="Who is on call instead">
          {(control) => (
            <Select {...control} value={to} onChange={(event) => setTo(event.target.value)}>
              <option value="">Choose a colleague</option>
              {people.map((person) => (
                <option key={person.id} value={person.id}>
                  {nameOf(person)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="From">
            {(control) => (
              <TextInput
                {...control}
                type="datetime-local"
                value={from}
                onChange={(event) => setFrom(event.target.value)}
              />
            )}
          </Field>
          <Field label="Until">
            {(control) => (
              <TextInput
                {...control}
                type="datetime-local"
                value={until}
                onChange={(event) => setUntil(event.target.value)}
              />
            )}
          </Field>
        </div>
        {span && <Answer query={preview}>{(data) => <Changes preview={data} kept={kept} onToggle={toggle} />}</Answer>}
      </div>
    </Dialog>
  )
}

type ChangesProps = { preview: ReplacementPreview; kept: ReadonlySet<string>; onToggle: (key: string) => void }

function Changes({ preview, kept, onToggle }: ChangesProps) {
  const { changes, contacts } = preview
  const name = changes[0]?.to.firstName
  if (changes.length === 0) return <p className="text-sm text-muted">You have no shifts in this time.</p>
  return (
    <div className="grid gap-2">
      {contacts < 2 && (
        <Notice tone="caution">
          {contacts === 0 ? `${name} has no contact that works.` : `${name} has only one contact that works.`}
        </Notice>
      )}
      <ul aria-label="What changes" className="divide-y rounded-lg border">
        {changes.map((change) => {
          const key = keyOf(change)
          const { timezone } = change.schedule
          return (
            <li key={key}>
              <label className="grid cursor-pointer grid-cols-[auto_1fr] items-start gap-x-3 px-3 py-2 text-sm">
                <input
                  type="checkbox"
                  className="mt-0.5 size-4"
                  checked={!kept.has(key)}
                  onChange={() => onToggle(key)}
                />
                <span className="min-w-0">
                  <span className="font-medium">{change.schedule.name}</span>
                  <span className="block text-muted">
                    {zoneText(timezone, Date.parse(change.start), 'both')} to{' '}
                    {zoneText(timezone, Date.parse(change.end), 'both')} ({timezone})
                  </span>
                  {change.alsoOnCall.length > 0 && (
                    <span className="block text-caution">
                      {name} is on call on {change.alsoOnCall.join(', ')} too.
                    </span>
                  )}
                </span>
              </label>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
