import { useState } from 'react'
import type { CalendarPreview } from '../../server/oncall/imports/schema.ts'
import type { SupportHoursInput } from '../../server/oncall/support-hours/schema.ts'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { Select } from '../components/Select.tsx'
import { CalendarFile } from '../schedules/CalendarFile.tsx'
import { CalendarTimes, keyOfTime } from '../schedules/CalendarTimes.tsx'

type Exception = NonNullable<SupportHoursInput['exceptions']>[number]
type Props = { timezone: string; onAdd: (exceptions: Exception[]) => void; onClose: () => void }

/** Holidays out of a calendar file become exceptions of the form; they count once it is saved. */
export function ImportExceptions({ timezone, onAdd, onClose }: Props) {
  const [preview, setPreview] = useState<CalendarPreview | null>(null)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [status, setStatus] = useState<Exception['supportStatus']>('OUTSIDE')
  const wanted = (preview?.times ?? []).filter((time) => !left.has(keyOfTime(time)))
  const toggle = (key: string) => {
    const next = new Set(left)
    if (!next.delete(key)) next.add(key)
    setLeft(next)
  }
  return (
    <Dialog
      kind="wide"
      open
      onClose={onClose}
      title="Import exceptions"
      description={`Whole days and times without a zone are in ${timezone}.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {preview && <Button onClick={() => setPreview(null)}>Another calendar</Button>}
          <Button
            tone="primary"
            disabled={wanted.length === 0}
            onClick={() => onAdd(wanted.map(({ name, start, end }) => ({ name, start, end, supportStatus: status })))}
          >
            {wanted.length === 1 ? 'Add 1 exception' : `Add ${wanted.length} exceptions`}
          </Button>
        </>
      }
    >
      {preview === null ? (
        <CalendarFile timezone={timezone} onRead={setPreview} />
      ) : (
        <div className="grid gap-4">
          <CalendarTimes preview={preview} left={left} onToggle={toggle} />
          <Field label="In these times support is">
            {(control) => (
              <Select
                {...control}
                value={status}
                onChange={(event) => setStatus(event.target.value as Exception['supportStatus'])}
              >
                <option value="OUTSIDE">Outside</option>
                <option value="DURING">During</option>
                <option value="NONE">Suspended</option>
              </Select>
            )}
          </Field>
        </div>
      )}
    </Dialog>
  )
}
