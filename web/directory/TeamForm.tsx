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
import { RadioCard } from '../components/RadioCard.tsx'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { memberRoles } from './roles.ts'

type MemberRole = Team['members'][number]['role']
type Values = { name: string; visibility: Team['visibility']; members: number[]; roles: Record<number, MemberRole> }

/** A team's name and its people. */
export function TeamForm({ team }: { team: Team | null }) {
  const people = usePeople().data ?? []
  const save = useSaveTeam()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<Values>({
    defaultValues: {
      name: team?.name ?? '',
      visibility: team?.visibility ?? 'PUBLIC',
      members: team?.members.map((member) => member.user.id) ?? [],
      roles: Object.fromEntries(team?.members.map((member) => [member.user.id, member.role]) ?? []),
    },
  })
  const { errors } = form.formState
  const [chosen, roles] = form.watch(['members', 'roles'])

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    const members = values.members.map((id) => ({ user: { id }, role: values.roles[id] ?? 'RESPONDER' }))
    try {
      await save.mutateAsync({
        id: team?.id,
        input: { name: values.name.trim(), visibility: values.visibility, members },
      })
      toast(team ? 'Saved.' : `${values.name} was created.`)
      navigate('/teams')
    } catch (error) {
      setProblem(showProblem(form, error, ['name', 'visibility', 'members']))
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
          <Controller
            control={form.control}
            name="visibility"
            render={({ field }) => (
              <fieldset className="grid gap-2">
                <legend className="mb-1.5 text-sm font-medium">Who sees it</legend>
                <RadioCard
                  name="visibility"
                  label="Everybody"
                  hint="The team says who looks after something. It hides nothing."
                  checked={field.value === 'PUBLIC'}
                  onChange={() => field.onChange('PUBLIC')}
                />
                <RadioCard
                  name="visibility"
                  label="Only its members"
                  hint="The team, what it owns and its alerts are there for members and administrators only. Who is asked about an alert sees that alert all the same."
                  checked={field.value === 'PRIVATE'}
                  onChange={() => field.onChange('PRIVATE')}
                />
                {team?.visibility === 'PRIVATE' && field.value === 'PUBLIC' && (
                  <Notice tone="caution">Saving shows everybody what this team owns, and its members.</Notice>
                )}
              </fieldset>
            )}
          />
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
          {chosen.length > 0 && (
            <ul aria-label="Roles of the members" className="grid gap-2">
              {chosen.map((id) => {
                const person =
                  people.find((one) => one.id === id) ?? team?.members.find((one) => one.user.id === id)?.user
                const name = person ? nameOf(person) : `Person ${id}`
                return (
                  <li key={id} className="grid items-center gap-x-4 gap-y-1 sm:grid-cols-2">
                    <span className="min-w-0 truncate text-sm">{name}</span>
                    <Select
                      compact
                      aria-label={`Role of ${name}`}
                      value={roles[id] ?? 'RESPONDER'}
                      onChange={(event) => form.setValue('roles', { ...roles, [id]: event.target.value as MemberRole })}
                    >
                      {memberRoles.map(({ role, label }) => (
                        <option key={role} value={role}>
                          {label}
                        </option>
                      ))}
                    </Select>
                  </li>
                )
              })}
            </ul>
          )}
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
