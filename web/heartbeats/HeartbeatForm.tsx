import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { Link, useNavigate } from 'react-router'
import type { HeartbeatMonitor } from '../../server/heartbeats/schema.ts'
import { useAlertSources } from '../api/alert-sources.ts'
import { useChangeHeartbeat } from '../api/heartbeats.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { joinInterval, splitInterval, UNITS, type Unit } from './interval.ts'

// As in the server's heartbeats/schema.ts; a form is not worth the whole of zod.
const HEARTBEAT_TYPE = 'HEARTBEAT2'
const INTERVAL_SECONDS_MIN = 25
const INTERVAL_SECONDS_MAX = 2_678_400

type Values = {
  name: string
  count: string
  unit: Unit
  alertSummary: string
  alertSource: string
  intervalSec: string
}

/** What a monitor is called, how long it may be silent, and who hears of it. */
export function HeartbeatForm({ monitor }: { monitor: HeartbeatMonitor | null }) {
  const all = useAlertSources()
  const sources = (all.data ?? []).filter((source) => source.integrationType === HEARTBEAT_TYPE)
  const change = useChangeHeartbeat()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string | null>(null)
  const known = splitInterval(monitor?.intervalSec ?? 3_600)
  const form = useForm<Values>({
    defaultValues: {
      name: monitor?.name ?? '',
      count: String(known.count),
      unit: known.unit,
      alertSummary: monitor?.alertSummary ?? '',
      alertSource: monitor ? String(monitor.alertSource.id) : '',
      intervalSec: '',
    },
  })
  const { errors } = form.formState

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    const intervalSec = joinInterval(Number(values.count), values.unit)
    if (!(intervalSec >= INTERVAL_SECONDS_MIN && intervalSec <= INTERVAL_SECONDS_MAX)) {
      return form.setError('intervalSec', {
        message: `Between ${INTERVAL_SECONDS_MIN} seconds and 31 days.`,
      })
    }
    const source = values.alertSource || String(sources[0]?.id ?? '')
    if (source === '') return form.setError('alertSource', { message: 'Choose an alert source.' })
    try {
      const saved = await change.mutateAsync({
        kind: 'save',
        id: monitor?.id,
        input: {
          name: values.name.trim(),
          intervalSec,
          alertSummary: values.alertSummary.trim() || null,
          alertSource: { id: Number(source) },
        },
      })
      toast(monitor ? 'Saved.' : 'Added. Now let it call its address.')
      if (!monitor && saved) navigate(`/heartbeats/${saved.id}`)
    } catch (error) {
      setProblem(showProblem(form, error, ['name', 'intervalSec', 'alertSummary', 'alertSource']))
    }
  })

  return (
    <form className="grid gap-4 p-4 md:py-6" onSubmit={submit} noValidate>
      {problem && <Notice tone="danger">{problem}</Notice>}
      {all.data && sources.length === 0 && (
        <Notice tone="info">
          Heartbeats ring by an alert source of their own, which says who is asked.{' '}
          <Link to="/alert-sources/new" className="text-accent underline">
            Create one of type Heartbeat
          </Link>{' '}
          first.
        </Notice>
      )}
      <Section title="Monitor">
        <div className="grid gap-4">
          <Field label="Name" error={errors.name?.message}>
            {(control) => (
              <TextInput
                {...control}
                maxLength={255}
                placeholder="Nightly backup"
                {...form.register('name', { required: 'Give it a name.' })}
              />
            )}
          </Field>
          <Field
            label="Longest silence that is fine"
            hint="A little more than the time between two calls."
            error={errors.intervalSec?.message}
          >
            {(control) => (
              <div className="grid grid-cols-[7rem_minmax(0,1fr)] gap-2">
                <TextInput {...control} type="number" min={1} step="any" {...form.register('count')} />
                <Select aria-label="Unit" {...form.register('unit')}>
                  {UNITS.map(({ unit }) => (
                    <option key={unit} value={unit}>
                      {unit}
                    </option>
                  ))}
                </Select>
              </div>
            )}
          </Field>
          <Field label="Alert source" hint="Its policy says who is asked." error={errors.alertSource?.message}>
            {(control) => (
              <Select {...control} {...form.register('alertSource')}>
                {sources.length === 0 && <option value="">None of type Heartbeat</option>}
                {sources.map((source) => (
                  <option key={source.id} value={source.id}>
                    {source.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="What the alert says" optional error={errors.alertSummary?.message}>
            {(control) => (
              <TextInput
                {...control}
                maxLength={255}
                placeholder="Heartbeat Nightly backup is overdue"
                {...form.register('alertSummary')}
              />
            )}
          </Field>
        </div>
      </Section>
      <div className="flex justify-end gap-2">
        <Button onClick={() => navigate('/heartbeats')}>Cancel</Button>
        <Button type="submit" tone="primary" busy={change.isPending}>
          {monitor ? 'Save' : 'Add monitor'}
        </Button>
      </div>
    </form>
  )
}
