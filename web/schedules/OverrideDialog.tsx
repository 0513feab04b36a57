import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type { Schedule } from '../../server/oncall/schema.ts'
import { usePeople } from '../api/directory.ts'
import { useAddOverride } from '../api/schedules.ts'
import { useSession } from '../api/session.ts'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { nameOf } from '../components/person-name.ts'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { fieldText } from './zone-time.ts'

type Props = { schedule: Schedule; stretch: { start: number; end: number }; onClose: () => void }
type Values = { user: string; start: string; end: string }

/** Puts somebody on call for a while, whatever the layers say. */
export function OverrideDialog({ schedule, stretch, onClose }: Props) {
  const people = usePeople().data ?? []
  const me = useSession().data?.user
  const add = useAddOverride(schedule.id)
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<Values>({
    defaultValues: {
      user: String(me?.id ?? ''),
      start: fieldText(schedule.timezone, stretch.start),
      end: fieldText(schedule.timezone, stretch.end),
    },
  })
  const { errors } = form.formState

  const submit = form.handleSubmit(async ({ user, start, end }) => {
    setProblem(null)
    try {
      await add.mutateAsync({ user: { id: Number(user) }, start, end })
      toast('Saved.')
      onClose()
    } catch (error) {
      setProblem(showProblem(form, error, ['user', 'start', 'end']))
    }
  })

  return (
    <Dialog
      kind="wide"
      open
      onClose={onClose}
      title="Override"
      description={`Times are in ${schedule.timezone}, the time zone of ${schedule.name}.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" form="override" busy={add.isPending}>
            Put on call
          </Button>
        </>
      }
    >
      <form id="override" className="grid gap-4" onSubmit={submit} noValidate>
        {problem && <Notice tone="danger">{problem}</Notice>}
        <Field label="Who is on call" error={errors.user?.message}>
          {(control) => (
            <Select {...control} key={people.length} {...form.register('user', { required: 'Choose a person.' })}>
              <option value="">Choose a person</option>
              {people.map((person) => (
                <option key={person.id} value={person.id}>
                  {nameOf(person)}
                  {person.id === me?.id ? ' (you)' : ''}
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
      </form>
    </Dialog>
  )
}
