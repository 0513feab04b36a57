import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useFieldArray, useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import type { Schedule } from '../../server/oncall/schema.ts'
import { usePeople } from '../api/directory.ts'
import { Problem } from '../api/problem.ts'
import { useSaveSchedule } from '../api/schedules.ts'
import { useSession } from '../api/session.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { useNow } from '../components/useNow.ts'
import { DrawnShifts } from './DrawnShifts.tsx'
import { LayerFields } from './LayerFields.tsx'
import { PreviewPanel } from './PreviewPanel.tsx'
import { inputOf, newLayer, type ScheduleValues, valuesOf } from './schedule-values.ts'
import { fieldText, instantAt } from './zone-time.ts'

const LAYERS_MAX = 20
const HOUR_MS = 3_600_000
const zones = Intl.supportedValuesOf('timeZone')

/** Who has turns, how long, and when the layers count; with who would be on call beside it. */
export function ScheduleForm({ schedule }: { schedule: Schedule | null }) {
  const people = usePeople().data ?? []
  const own = useSession().data?.user?.timezone ?? 'UTC'
  const now = useNow(60_000)
  const save = useSaveSchedule()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string | null>(null)
  // The last nine in the morning: a schedule made before breakfast has somebody at once.
  const startDay = fieldText(schedule?.timezone ?? own, now - 9 * HOUR_MS).slice(0, 10)
  const form = useForm<ScheduleValues>({
    defaultValues: schedule
      ? valuesOf(schedule, (iso) => fieldText(schedule.timezone, Date.parse(iso)))
      : { name: '', timezone: own, type: 'RECURRING', layers: [newLayer(startDay)], shifts: [], effectiveFrom: '' },
  })
  const layers = useFieldArray({ control: form.control, name: 'layers' })
  const values = form.watch()
  const { errors } = form.formState

  const submit = form.handleSubmit(async (sent) => {
    setProblem(null)
    const from = sent.effectiveFrom ? instantAt(sent.timezone, Date.parse(`${sent.effectiveFrom}Z`)) : null
    const input = inputOf(sent, schedule, from === null ? null : new Date(from).toISOString())
    try {
      const saved = await save.mutateAsync({ id: schedule?.id, input })
      toast('Saved.')
      navigate(`/schedules/${saved.id}`)
    } catch (error) {
      const rest = showProblem(form, error, ['name', 'timezone', 'effectiveFrom'])
      setProblem(error instanceof Problem && error.fields.length > 0 ? error.fields.map(inWords).join(' ') : rest)
    }
  })

  return (
    <form
      className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,28rem)]"
      onSubmit={submit}
      noValidate
    >
      <div className="grid min-w-0 content-start gap-4">
        {problem && <Notice tone="danger">{problem}</Notice>}
        <Section title="Schedule">
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Name" error={errors.name?.message}>
              {(control) => (
                <TextInput {...control} maxLength={255} {...form.register('name', { required: 'Give it a name.' })} />
              )}
            </Field>
            <Field
              label="Time zone"
              hint={
                schedule ? 'It stays: shifts that are over would move.' : 'Hand-overs are at the times of its clocks.'
              }
              error={errors.timezone?.message}
            >
              {(control) => (
                <Select {...control} disabled={schedule !== null} {...form.register('timezone')}>
                  {(zones.includes(values.timezone) ? zones : [values.timezone, ...zones]).map((zone) => (
                    <option key={zone}>{zone}</option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label="Kind" hint={schedule ? 'It stays as it was made.' : undefined}>
              {(control) => (
                <Select {...control} disabled={schedule !== null} {...form.register('type')}>
                  <option value="RECURRING">Turns that repeat</option>
                  <option value="STATIC">Shifts drawn one by one</option>
                </Select>
              )}
            </Field>
            {schedule && values.type === 'RECURRING' && (
              <Field
                label="Changes hold from"
                hint="Empty: from now on. What is over stays as it was."
                error={errors.effectiveFrom?.message}
              >
                {(control) => <TextInput {...control} type="datetime-local" {...form.register('effectiveFrom')} />}
              </Field>
            )}
          </div>
        </Section>
        {values.type === 'RECURRING' ? (
          <>
            <ol aria-label="Layers" className="grid gap-3">
              {layers.fields.map((layer, index) => (
                <LayerFields
                  key={layer.id}
                  form={form}
                  index={index}
                  count={layers.fields.length}
                  people={people}
                  onMove={(to) => layers.move(index, to)}
                  onRemove={() => layers.remove(index)}
                />
              ))}
            </ol>
            <div className="flex flex-wrap items-center gap-3">
              <Button disabled={layers.fields.length >= LAYERS_MAX} onClick={() => layers.append(newLayer(startDay))}>
                <Plus className="size-4" aria-hidden />
                Add layer
              </Button>
              <p className="text-sm text-muted">Where two layers have somebody, the lower one counts.</p>
            </div>
          </>
        ) : (
          <DrawnShifts form={form} people={people} now={now} />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={() => navigate(schedule ? `/schedules/${schedule.id}` : '/schedules')}>Cancel</Button>
          <Button type="submit" tone="primary" busy={save.isPending}>
            {schedule ? 'Save' : 'Create schedule'}
          </Button>
        </div>
      </div>
      <div className="min-w-0">
        <div className="xl:sticky xl:top-18">
          <PreviewPanel values={values} now={now} />
        </div>
      </div>
    </form>
  )
}

/** A field of the API as a place in the form. */
function inWords({ field, message }: { field: string; message: string }): string {
  const layer = /^scheduleLayers\.(\d+)\./.exec(field)?.[1]
  const shift = /^shifts\.(\d+)\./.exec(field)?.[1]
  const place = layer ? `Layer ${Number(layer) + 1}: ` : shift ? `Shift ${Number(shift) + 1}: ` : ''
  return `${place}${message}`
}
