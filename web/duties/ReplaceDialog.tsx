import { useState } from 'react'
import type { ReplacementPreview } from '../../server/duties/shifts/schema.ts'
import type { CalendarPreview } from '../../server/oncall/imports/schema.ts'
import { usePeople } from '../api/directory.ts'
import { useReplacementPreview, useReplaceShifts } from '../api/duties.ts'
import { sentenceOf } from '../api/problem.ts'
import { Answer } from '../components/Answer.tsx'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { fromLocalInput, ownTimezone, toLocalInput } from '../components/local-time.ts'
import { Notice } from '../components/Notice.tsx'
import { nameOf } from '../components/person-name.ts'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { useNow } from '../components/useNow.ts'
import { CalendarFile } from '../schedules/CalendarFile.tsx'
import { CalendarTimes, keyOfTime } from '../schedules/CalendarTimes.tsx'
import { zoneText } from '../schedules/zone-time.ts'

const WEEK_MS = 7 * 86_400_000
const YEAR_MS = 365 * 86_400_000
const SPANS_MAX = 100
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
  const [absences, setAbsences] = useState<CalendarPreview | null>(null)
  const [isReading, setIsReading] = useState(false)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [begin, end] = [fromLocalInput(from), fromLocalInput(until)]
  const typed = begin && end ? [{ from: begin.toISOString(), until: end.toISOString() }] : []
  const spans = absences ? spansOf(absences, left, now) : typed
  const span = to !== '' && spans.length > 0 ? { replacement: { id: Number(to) }, spans } : null
  const preview = useReplacementPreview(span)
  const wanted = (span && preview.data ? preview.data.changes : []).filter((change) => !kept.has(keyOf(change)))
  const save = () =>
    replace.mutate(
      { replacement: { id: Number(to) }, shifts: wanted },
      {
        onSuccess: () => {
          toast(wanted.length === 1 ? 'The shift was handed over.' : `${wanted.length} shifts were handed over.`)
          onClose()
        },
        onError: () => void preview.refetch(),
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
        {absences ? (
          <CalendarTimes preview={absences} left={left} onToggle={(key) => setLeft(toggled(left, key))} />
        ) : isReading ? (
          <CalendarFile timezone={ownTimezone()} onRead={setAbsences} />
        ) : (
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
        )}
        <div>
          <Button
            size="sm"
            onClick={() => {
              setAbsences(null)
              setIsReading(!isReading)
            }}
          >
            {isReading ? 'Say from when until when instead' : 'Take absences from a calendar file'}
          </Button>
        </div>
        {span && (
          <Answer query={preview} skeleton={<p className="text-sm text-muted">Looking at your shifts.</p>}>
            {(data) => <Changes preview={data} kept={kept} onToggle={(key) => setKept(toggled(kept, key))} />}
          </Answer>
        )}
      </div>
    </Dialog>
  )
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys)
  if (!next.delete(key)) next.add(key)
  return next
}

/** The absences that are ticked and not over, as many as can be looked at in one go. */
function spansOf(absences: CalendarPreview, left: ReadonlySet<string>, now: number) {
  return absences.times
    .filter((time) => !left.has(keyOfTime(time)) && Date.parse(time.until) > now)
    .filter((time) => Date.parse(time.until) < now + YEAR_MS)
    .slice(0, SPANS_MAX)
    .map(({ from, until }) => ({ from, until }))
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
