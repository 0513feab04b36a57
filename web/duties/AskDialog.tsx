import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type { OwnShift } from '../../server/duties/shifts/schema.ts'
import { usePeople } from '../api/directory.ts'
import { useAskForCover } from '../api/duties.ts'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { nameOf } from '../components/person-name.ts'
import { Select } from '../components/Select.tsx'
import { TextArea, TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { useNow } from '../components/useNow.ts'
import { fieldText, instantAt } from '../schedules/zone-time.ts'

type Props = { shift: OwnShift; meId: number; onClose: () => void }
type Values = { user: string; start: string; end: string; message: string }

/** Asks a colleague to take a shift, or a part of it. */
export function AskDialog({ shift, meId, onClose }: Props) {
  const now = useNow(60_000)
  const people = (usePeople().data ?? []).filter((person) => person.id !== meId)
  const ask = useAskForCover()
  const [problem, setProblem] = useState<string | null>(null)
  const zone = shift.schedule.timezone
  const form = useForm<Values>({
    defaultValues: {
      user: '',
      start: fieldText(zone, Math.max(Date.parse(shift.start), now)),
      end: fieldText(zone, Date.parse(shift.end)),
      message: '',
    },
  })
  const { errors } = form.formState
  const instant = (text: string) => new Date(instantAt(zone, Date.parse(`${text}Z`))).toISOString()

  const submit = form.handleSubmit(async ({ user, start, end, message }) => {
    setProblem(null)
    try {
      const made = await ask.mutateAsync({
        schedule: { id: shift.schedule.id },
        user: { id: Number(user) },
        start: instant(start),
        end: instant(end),
        message,
      })
      toast(`${nameOf(made.user)} is asked.`)
      onClose()
    } catch (error) {
      setProblem(showProblem(form, error, ['user', 'start', 'end', 'message']))
    }
  })

  return (
    <Dialog
      kind="wide"
      open
      onClose={onClose}
      title="Ask for cover"
      description={`Your shift on ${shift.schedule.name}. Times are in ${zone}. You stay on call until somebody accepts.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" form="ask-for-cover" busy={ask.isPending}>
            Ask
          </Button>
        </>
      }
    >
      <form id="ask-for-cover" className="grid gap-4" onSubmit={submit} noValidate>
        {problem && <Notice tone="danger">{problem}</Notice>}
        <Field label="Colleague" error={errors.user?.message}>
          {(control) => (
            <Select {...control} {...form.register('user', { required: 'Choose a colleague.' })}>
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
          <Field label="From" error={errors.start?.message}>
            {(control) => (
              <TextInput
                {...control}
                type="datetime-local"
                {...form.register('start', { required: 'Say from when.' })}
              />
            )}
          </Field>
          <Field label="Until" error={errors.end?.message}>
            {(control) => (
              <TextInput
                {...control}
                type="datetime-local"
                {...form.register('end', { required: 'Say until when.' })}
              />
            )}
          </Field>
        </div>
        <Field label="Message" optional error={errors.message?.message}>
          {(control) => <TextArea {...control} maxLength={1_000} {...form.register('message')} />}
        </Field>
      </form>
    </Dialog>
  )
}
