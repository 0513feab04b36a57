import { useState } from 'react'
import { Controller, useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import type { Priority } from '../../server/alerts/schema.ts'
import { useAlertSources } from '../api/alert-sources.ts'
import { useCreateAlert } from '../api/alert-verbs.ts'
import { usePeople } from '../api/directory.ts'
import { useEscalationPolicies } from '../api/escalation.ts'
import { Button } from '../components/Button.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { MultiSelect } from '../components/MultiSelect.tsx'
import { Notice } from '../components/Notice.tsx'
import { nameOf } from '../components/person-name.ts'
import { Select } from '../components/Select.tsx'
import { TextArea, TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'

type Props = { open: boolean; onClose: () => void }

/** Opens an alert by hand. */
export function CreateAlertDialog({ open, onClose }: Props) {
  return (
    <Dialog
      kind="wide"
      open={open}
      onClose={onClose}
      title="Create alert"
      description="For trouble that no source has told. People are asked at once."
    >
      <CreateForm onClose={onClose} />
    </Dialog>
  )
}

type Values = {
  summary: string
  details: string
  escalationPolicy: string
  priority: Priority
  alertSource: string
  responders: number[]
}

function CreateForm({ onClose }: { onClose: () => void }) {
  const policies = useEscalationPolicies().data ?? []
  const sources = useAlertSources().data ?? []
  const people = usePeople().data ?? []
  const create = useCreateAlert()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<Values>({
    defaultValues: {
      summary: '',
      details: '',
      escalationPolicy: '',
      priority: 'HIGH',
      alertSource: '',
      responders: [],
    },
  })
  const { errors } = form.formState
  const given = form.watch('responders').length > 0
  const hasSource = form.watch('alertSource') !== ''

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    try {
      const alert = await create.mutateAsync({
        summary: values.summary.trim(),
        details: values.details,
        priority: values.priority,
        escalationPolicy: values.escalationPolicy === '' ? null : { id: Number(values.escalationPolicy) },
        alertSource: values.alertSource === '' ? null : { id: Number(values.alertSource) },
        responders: values.responders.map((id) => ({ user: { id } })),
      })
      onClose()
      navigate(`/alerts/${alert.id}`)
      toast('The alert is open, and people are asked.')
    } catch (error) {
      setProblem(showProblem(form, error, ['summary', 'details', 'escalationPolicy', 'alertSource', 'responders']))
    }
  })

  return (
    <form className="grid gap-4" onSubmit={submit} noValidate>
      {problem && <Notice tone="danger">{problem}</Notice>}
      <Field label="What is wrong" error={errors.summary?.message}>
        {(control) => (
          <TextInput
            {...control}
            maxLength={1_000}
            placeholder="Mail is down in Berlin"
            {...form.register('summary', { required: 'Say what is wrong.' })}
          />
        )}
      </Field>
      <Field label="Details" optional hint="Markdown: **bold**, lists, `code`, links." error={errors.details?.message}>
        {(control) => <TextArea {...control} rows={4} maxLength={64_000} {...form.register('details')} />}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Escalation policy" error={errors.escalationPolicy?.message}>
          {(control) => (
            <Select {...control} {...form.register('escalationPolicy')}>
              <option value="">{hasSource ? 'The policy of the source' : 'Choose a policy'}</option>
              {policies.map((policy) => (
                <option key={policy.id} value={policy.id}>
                  {policy.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Priority">
          {(control) => (
            <Select {...control} {...form.register('priority')}>
              <option value="HIGH">High: every level is asked in turn</option>
              <option value="LOW">Low: only the first level</option>
            </Select>
          )}
        </Field>
      </div>
      <Field label="Alert source" optional error={errors.alertSource?.message}>
        {(control) => (
          <Select {...control} {...form.register('alertSource')}>
            <option value="">None: made by hand</option>
            {sources
              .filter((source) => source.integrationType !== 'SELF' && source.integrationType !== 'MANUAL')
              .map((source) => (
                <option key={source.id} value={source.id}>
                  {source.name}
                </option>
              ))}
          </Select>
        )}
      </Field>
      <Field
        label="Only these people"
        optional
        hint={
          given
            ? 'Only they are asked. Without an answer the alert is unattended, and the last resort is told.'
            : 'Leave it empty to ask by the policy.'
        }
        error={errors.responders?.message}
      >
        {({ id }) => (
          <Controller
            control={form.control}
            name="responders"
            render={({ field }) => (
              <MultiSelect
                id={id}
                label="Only these people"
                choices={people.map((person) => ({ id: person.id, label: nameOf(person), hint: person.email }))}
                value={field.value}
                onChange={field.onChange}
                placeholder="Choose people"
              />
            )}
          />
        )}
      </Field>
      <div className="flex justify-end gap-2 pb-1">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="primary" busy={create.isPending}>
          Create alert
        </Button>
      </div>
    </form>
  )
}
