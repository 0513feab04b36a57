import { useState } from 'react'
import { Controller, useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import type { Team } from '../../server/directory/schema.ts'
import { usePeople, useSaveTeam } from '../api/directory.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { MultiSelect } from '../components/MultiSelect.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { nameOf } from '../components/person-name.ts'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'

type Values = { name: string; members: number[] }

/** A team's name and its people. */
export function TeamForm({ team }: { team: Team | null }) {
  const people = usePeople().data ?? []
  const save = useSaveTeam()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<Values>({
    defaultValues: { name: team?.name ?? '', members: team?.members.map((member) => member.user.id) ?? [] },
  })
  const { errors } = form.formState

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    const roleOf = (id: number) => team?.members.find((member) => member.user.id === id)?.role ?? 'RESPONDER'
    const members = values.members.map((id) => ({ user: { id }, role: roleOf(id) }))
    try {
      await save.mutateAsync({ id: team?.id, input: { name: values.name.trim(), visibility: 'PUBLIC', members } })
      toast(team ? 'Saved.' : `${values.name} was created.`)
      navigate('/teams')
    } catch (error) {
      setProblem(showProblem(form, error, ['name', 'members']))
    }
  })

  return (
    <form className="grid gap-4 p-4 md:py-6" onSubmit={submit} noValidate>
      {problem && <Notice tone="danger">{problem}</Notice>}
      <Section title="Team">
        <div className="grid gap-4">
          <Field label="Name" error={errors.name?.message}>
            {(control) => (
              <TextInput {...control} maxLength={255} {...form.register('name', { required: 'Give it a name.' })} />
            )}
          </Field>
          <Field label="Members" error={errors.members?.message}>
            {({ id }) => (
              <Controller
                control={form.control}
                name="members"
                render={({ field }) => (
                  <MultiSelect
                    id={id}
                    label="Members"
                    choices={people.map((person) => ({ id: person.id, label: nameOf(person), hint: person.email }))}
                    value={field.value}
                    onChange={field.onChange}
                    placeholder="Choose people"
                  />
                )}
              />
            )}
          </Field>
        </div>
      </Section>
      <div className="flex justify-end gap-2">
        <Button onClick={() => navigate('/teams')}>Cancel</Button>
        <Button type="submit" tone="primary" busy={save.isPending}>
          {team ? 'Save' : 'Create team'}
        </Button>
      </div>
    </form>
  )
}
