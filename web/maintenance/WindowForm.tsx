import { useState } from 'react'
import { Controller, useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import type { MaintenanceWindow } from '../../server/maintenance/schema.ts'
import { useAlertSources } from '../api/alert-sources.ts'
import { useChangeMaintenance } from '../api/maintenance.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { fromLocalInput, ownTimezone, toLocalInput } from '../components/local-time.ts'
import { MultiSelect } from '../components/MultiSelect.tsx'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { TextArea, TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { nowMs } from '../components/useNow.ts'

type Values = { summary: string; description: string; start: string; end: string; alertSources: number[] }

const HOUR_MS = 3_600_000
const LENGTHS: readonly { label: string; hours: number }[] = [
  { label: '30 min', hours: 0.5 },
  { label: '1 h', hours: 1 },
  { label: '2 h', hours: 2 },
  { label: '4 h', hours: 4 },
  { label: '8 h', hours: 8 },
]

/** What is done, when, and to which sources. */
export function WindowForm({ window }: { window: MaintenanceWindow | null }) {
  const sources = useAlertSources().data ?? []
  const change = useChangeMaintenance()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string | null>(null)
  const [now] = useState(() => new Date(nowMs()))
  const form = useForm<Values>({
    defaultValues: {
      summary: window?.summary ?? '',
      description: window?.description ?? '',
      start: toLocalInput(window ? new Date(window.start) : now),
      end: toLocalInput(window ? new Date(window.end) : new Date(now.getTime() + HOUR_MS)),
      alertSources: window?.alertSources.map((source) => source.id) ?? [],
    },
  })
  const { errors } = form.formState
  const zone = ownTimezone()

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    const [start, end] = [fromLocalInput(values.start), fromLocalInput(values.end)]
    if (!start) return form.setError('start', { message: 'Say when it begins.' })
    if (!end) return form.setError('end', { message: 'Say when it ends.' })
    try {
      await change.mutateAsync({
        kind: 'save',
        id: window?.id,
        input: {
          summary: values.summary.trim(),
          description: values.description,
          timezone: zone,
          start: start.toISOString(),
          end: end.toISOString(),
          alertSources: values.alertSources.map((id) => ({ id })),
        },
      })
      toast(window ? 'Saved.' : start <= new Date(nowMs()) ? 'Maintenance runs.' : 'Maintenance is planned.')
      navigate('/maintenance')
    } catch (error) {
      setProblem(showProblem(form, error, ['summary', 'description', 'start', 'end', 'alertSources']))
    }
  })
  const setLength = (hours: number) => {
    const start = fromLocalInput(form.getValues('start')) ?? now
    form.setValue('end', toLocalInput(new Date(start.getTime() + hours * HOUR_MS)), { shouldDirty: true })
  }

  return (
    <form className="grid gap-4 p-4 md:py-6" onSubmit={submit} noValidate>
      {problem && <Notice tone="danger">{problem}</Notice>}
      <Section
        title="Maintenance"
        hint="While it runs, alerts of these sources are dropped and wake nobody. The delivery log keeps what came."
      >
        <div className="grid gap-4">
          <Field label="What is done" error={errors.summary?.message}>
            {(control) => (
              <TextInput
                {...control}
                maxLength={255}
                placeholder="Network switches in Berlin are replaced"
                {...form.register('summary', { required: 'Say what is done.' })}
              />
            )}
          </Field>
          <Field label="Alert sources" error={errors.alertSources?.message}>
            {({ id }) => (
              <Controller
                control={form.control}
                name="alertSources"
                render={({ field }) => (
                  <MultiSelect
                    id={id}
                    label="Alert sources"
                    choices={sources.map((source) => ({ id: source.id, label: source.name }))}
                    value={field.value}
                    onChange={field.onChange}
                    placeholder="Choose alert sources"
                  />
                )}
              />
            )}
          </Field>
          <div className="grid items-start gap-4 sm:grid-cols-2">
            <Field label="Begins" hint={zone} error={errors.start?.message}>
              {(control) => <TextInput {...control} type="datetime-local" {...form.register('start')} />}
            </Field>
            <Field label="Ends" error={errors.end?.message}>
              {(control) => <TextInput {...control} type="datetime-local" {...form.register('end')} />}
            </Field>
          </div>
          <div className="flex flex-wrap items-center gap-1.5">
            <span className="text-sm text-muted">Lasts</span>
            {LENGTHS.map(({ label, hours }) => (
              <Button key={label} size="sm" onClick={() => setLength(hours)}>
                {label}
              </Button>
            ))}
          </div>
          <Field label="Description" optional hint="Markdown." error={errors.description?.message}>
            {(control) => <TextArea {...control} rows={3} maxLength={16_000} {...form.register('description')} />}
          </Field>
        </div>
      </Section>
      <div className="flex justify-end gap-2">
        <Button onClick={() => navigate('/maintenance')}>Cancel</Button>
        <Button type="submit" tone="primary" busy={change.isPending}>
          {window ? 'Save' : 'Plan maintenance'}
        </Button>
      </div>
    </form>
  )
}
