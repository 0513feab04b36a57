import { useState } from 'react'
import type { CalendarPreview } from '../../server/oncall/imports/schema.ts'
import { sentenceOf } from '../api/problem.ts'
import { useReadCalendar } from '../api/schedules.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { Notice } from '../components/Notice.tsx'
import { control as look, TextArea } from '../components/TextInput.tsx'

const KILOBYTES_MAX = 200

type Props = { timezone: string; onRead: (preview: CalendarPreview) => void }

/** Takes an iCalendar file, or its text, and reads the times of its events. Nothing is saved. */
export function CalendarFile({ timezone, onRead }: Props) {
  const read = useReadCalendar()
  const [text, setText] = useState('')
  const [tooLong, setTooLong] = useState(false)
  const send = (calendar: string) => read.mutate({ text: calendar, timezone }, { onSuccess: onRead })
  const take = async (file: File | undefined) => {
    if (!file) return
    setTooLong(file.size > KILOBYTES_MAX * 1_000)
    if (file.size > KILOBYTES_MAX * 1_000) return
    const calendar = await file.text()
    setText(calendar)
    send(calendar)
  }
  return (
    <div className="grid gap-4">
      {tooLong && <Notice tone="danger">A calendar has at most {KILOBYTES_MAX} KB: export a shorter time.</Notice>}
      {read.error && <Notice tone="danger">{sentenceOf(read.error)}</Notice>}
      <Field label="Calendar file" hint="An .ics file, exported from a calendar program or a list of holidays.">
        {(control) => (
          <input
            {...control}
            type="file"
            accept=".ics,text/calendar"
            className={look({
              className: 'py-1.5 text-sm file:me-3 file:border-0 file:bg-transparent file:font-medium',
            })}
            onChange={(event) => void take(event.target.files?.[0])}
          />
        )}
      </Field>
      <Field label="Or its text" optional>
        {(control) => (
          <TextArea
            {...control}
            className="font-mono text-sm"
            placeholder="BEGIN:VCALENDAR"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div>
        <Button disabled={text.trim() === ''} busy={read.isPending} onClick={() => send(text)}>
          Read the calendar
        </Button>
      </div>
    </div>
  )
}
