import { CalendarPlus, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { useFieldArray, useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import type { SupportHours, SupportHoursInput } from '../../server/oncall/support-hours/schema.ts'
import { Problem } from '../api/problem.ts'
import { useSaveSupportHours } from '../api/schedules.ts'
import { useSession } from '../api/session.ts'
import { Button, IconButton } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { DAYS, dayName } from '../schedules/schedule-values.ts'
import { ImportExceptions } from './ImportExceptions.tsx'

type Exception = NonNullable<SupportHoursInput['exceptions']>[number]
type Values = {
  name: string
  timezone: string
  days: { start: string; end: string }[]
  exceptions: Exception[]
}

const zones = Intl.supportedValuesOf('timeZone')
const office = { start: '09:00', end: '17:00' }
const none = { start: '', end: '' }
const FRESH: Exception = { name: '', start: '', end: '', supportStatus: 'OUTSIDE' }

/** When support is there: a window a day, and exceptions to it. */
export function SupportHoursForm({ hours }: { hours: SupportHours | null }) {
  const own = useSession().data?.user?.timezone ?? 'UTC'
  const save = useSaveSupportHours()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string | null>(null)
  const [isImporting, setIsImporting] = useState(false)
  const form = useForm<Values>({
    defaultValues: {
      name: hours?.name ?? '',
      timezone: hours?.timezone ?? own,
      days: DAYS.map((day, index) => (hours ? (hours.supportDays[day] ?? none) : index < 5 ? office : none)),
      exceptions: hours?.exceptions ?? [],
    },
  })
  const exceptions = useFieldArray({ control: form.control, name: 'exceptions' })
  const { errors } = form.formState

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    const windows = DAYS.map((day, index) => [day, windowOf(values.days[index])] as const)
    const input = {
      name: values.name.trim(),
      timezone: values.timezone,
      supportDays: Object.fromEntries(windows),
      exceptions: values.exceptions,
    } as SupportHoursInput
    try {
      await save.mutateAsync({ id: hours?.id, input })
      toast('Saved.')
      navigate('/support-hours')
    } catch (error) {
      const rest = showProblem(form, error, ['name', 'timezone'])
      setProblem(error instanceof Problem && error.fields.length > 0 ? error.fields.map(inWords).join(' ') : rest)
    }
  })

  return (
    <form className="grid grid-cols-1 gap-4 p-4 md:py-6" onSubmit={submit} noValidate>
      {problem && <Notice tone="danger">{problem}</Notice>}
      <Section title="Support hours">
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          <Field label="Name" error={errors.name?.message}>
            {(control) => (
              <TextInput {...control} maxLength={255} {...form.register('name', { required: 'Give it a name.' })} />
            )}
          </Field>
          <Field label="Time zone" error={errors.timezone?.message}>
            {(control) => (
              <Select {...control} {...form.register('timezone')}>
                {(zones.includes(form.getValues('timezone')) ? zones : [form.getValues('timezone'), ...zones]).map(
                  (zone) => (
                    <option key={zone}>{zone}</option>
                  ),
                )}
              </Select>
            )}
          </Field>
        </div>
      </Section>
      <Section title="Days" hint="A day without times has no support. 24:00 is the end of the day.">
        <ul className="grid gap-2">
          {DAYS.map((day, index) => (
            <li
              key={day}
              className="grid grid-cols-[6rem_5rem_max-content_5rem] items-center justify-start gap-2 text-sm"
            >
              {dayName(day)}
              <TextInput
                aria-label={`${dayName(day)} from`}
                placeholder="HH:mm"
                {...form.register(`days.${index}.start`)}
              />
              <span className="text-muted">to</span>
              <TextInput
                aria-label={`${dayName(day)} to`}
                placeholder="HH:mm"
                {...form.register(`days.${index}.end`)}
              />
            </li>
          ))}
        </ul>
      </Section>
      <Section
        title="Exceptions"
        hint="Holidays, and days that are different. Days count whole; where several meet, the last in the list counts."
      >
        <div className="grid gap-3">
          {exceptions.fields.map((one, index) => (
            <div key={one.id} className="grid gap-2 rounded-lg border p-3">
              <div className="flex items-center gap-2">
                <TextInput
                  aria-label={`Exception ${index + 1}: name`}
                  placeholder="Name"
                  {...form.register(`exceptions.${index}.name`)}
                />
                <IconButton label={`Remove exception ${index + 1}`} onClick={() => exceptions.remove(index)}>
                  <X className="size-4" aria-hidden />
                </IconButton>
              </div>
              <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
                <TextInput
                  type={one.start.includes('T') ? 'datetime-local' : 'date'}
                  aria-label={`Exception ${index + 1}: first day`}
                  {...form.register(`exceptions.${index}.start`)}
                />
                <TextInput
                  type={one.end.includes('T') ? 'datetime-local' : 'date'}
                  aria-label={`Exception ${index + 1}: last day`}
                  {...form.register(`exceptions.${index}.end`)}
                />
                <div className="max-sm:col-span-2">
                  <Select
                    aria-label={`Exception ${index + 1}: support`}
                    {...form.register(`exceptions.${index}.supportStatus`)}
                  >
                    <option value="OUTSIDE">Outside</option>
                    <option value="DURING">During</option>
                    <option value="NONE">Suspended</option>
                  </Select>
                </div>
              </div>
            </div>
          ))}
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => exceptions.append(FRESH)}>
              <Plus className="size-4" aria-hidden />
              Add exception
            </Button>
            <Button onClick={() => setIsImporting(true)}>
              <CalendarPlus className="size-4" aria-hidden />
              Import calendar
            </Button>
          </div>
        </div>
      </Section>
      <div className="flex justify-end gap-2">
        <Button onClick={() => navigate('/support-hours')}>Cancel</Button>
        <Button type="submit" tone="primary" busy={save.isPending}>
          {hours ? 'Save' : 'Create support hours'}
        </Button>
      </div>
      {isImporting && (
        <ImportExceptions
          timezone={form.getValues('timezone')}
          onClose={() => setIsImporting(false)}
          onAdd={(added) => {
            exceptions.append(added)
            setIsImporting(false)
            toast('Added. Save the support hours to keep them.')
          }}
        />
      )}
    </form>
  )
}

function windowOf(window: { start: string; end: string } | undefined) {
  return window && (window.start !== '' || window.end !== '') ? window : null
}

function inWords({ field, message }: { field: string; message: string }): string {
  const day = DAYS.find((one) => field.includes(one))
  const exception = /^exceptions\.(\d+)\./.exec(field)?.[1]
  return `${day ? `${dayName(day)}: ` : exception ? `Exception ${Number(exception) + 1}: ` : ''}${message}`
}
