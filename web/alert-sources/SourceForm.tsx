import { useState } from 'react'
import { Controller, useForm } from 'react-hook-form'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import { inputOf, useSaveAlertSource } from '../api/alert-sources.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { GroupingFields } from './GroupingFields.tsx'
import { fieldsOfGrouping, type Grouping, groupingOf } from './grouping.ts'
import { PolicySelect } from './PolicySelect.tsx'
import { PriorityFields } from './PriorityFields.tsx'
import { type PriorityValues, priorityInput, priorityOf } from './priority.ts'
import { TeamsField } from './TeamsField.tsx'

type Values = {
  name: string
  teams: number[]
  escalationPolicy: number | null
  grouping: Grouping
  priority: PriorityValues
}

const valuesOf = (source: AlertSource): Values => ({
  name: source.name,
  teams: source.teams.map((team) => team.id),
  escalationPolicy: source.escalationPolicy.id,
  grouping: groupingOf(source),
  priority: priorityOf(source),
})

const AFRESH = { keepDirtyValues: false }

/** Everything the wizard asked, to change later. */
export function SourceForm({ source }: { source: AlertSource }) {
  const save = useSaveAlertSource()
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<Values>({ values: valuesOf(source), resetOptions: { keepDirtyValues: true } })
  const { control, formState, register } = form

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    const grouping = fieldsOfGrouping(values.grouping)
    const keepsCreation = !values.grouping.grouped && !groupingOf(source).grouped
    const input = {
      ...inputOf(source),
      ...grouping,
      ...(keepsCreation ? { alertCreation: source.alertCreation } : {}),
      name: values.name,
      teams: values.teams.map((id) => ({ id })),
      escalationPolicy: { id: values.escalationPolicy ?? source.escalationPolicy.id },
      ...priorityInput(values.priority),
    }
    try {
      form.reset(valuesOf(await save.mutateAsync({ id: source.id, input })), AFRESH)
      toast('Saved.')
    } catch (error) {
      setProblem(showProblem(form, error, ['name', 'teams', 'escalationPolicy']))
    }
  })

  return (
    <Section title="Settings">
      <form className="grid gap-5" onSubmit={submit} noValidate>
        {problem && <Notice tone="danger">{problem}</Notice>}
        <Field label="Name" error={formState.errors.name?.message}>
          {(field) => <TextInput {...field} maxLength={255} {...register('name', { required: 'Give it a name.' })} />}
        </Field>
        <Controller
          control={control}
          name="teams"
          render={({ field }) => <TeamsField value={field.value} onChange={field.onChange} />}
        />
        <Controller
          control={control}
          name="escalationPolicy"
          rules={{ validate: (id) => id !== null || 'Choose an escalation policy.' }}
          render={({ field, fieldState }) => (
            <PolicySelect value={field.value} onChange={field.onChange} error={fieldState.error?.message} />
          )}
        />
        <div className="grid gap-2">
          <h3 className="text-sm font-medium">Alert grouping</h3>
          <Controller
            control={control}
            name="grouping"
            render={({ field }) => <GroupingFields value={field.value} onChange={field.onChange} />}
          />
        </div>
        <Controller
          control={control}
          name="priority"
          render={({ field }) => <PriorityFields value={field.value} onChange={field.onChange} />}
        />
        <div className="flex justify-end gap-2">
          {formState.isDirty && <Button onClick={() => form.reset(valuesOf(source), AFRESH)}>Discard changes</Button>}
          <Button type="submit" tone="primary" disabled={!formState.isDirty} busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Section>
  )
}
