import { Plus, X } from 'lucide-react'
import { type UseFormReturn, useFieldArray } from 'react-hook-form'
import { Button, IconButton } from '../components/Button.tsx'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { DAYS, dayName, officeHours, type ScheduleValues } from './schedule-values.ts'

type Props = { form: UseFormReturn<ScheduleValues>; index: number }

/** When a layer counts; nothing here means always. */
export function Restrictions({ form, index }: Props) {
  const name = `layers.${index}.restrictions` as const
  const ranges = useFieldArray({ control: form.control, name })
  const last = ranges.fields.at(-1)
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 text-sm font-medium">Restricted to</legend>
      {ranges.fields.length === 0 && <p className="text-sm text-muted">Nothing: the layer counts all week.</p>}
      {ranges.fields.map((range, place) => (
        <div key={range.id} className="flex flex-wrap items-center gap-2">
          <Moment form={form} path={`${name}.${place}`} side="from" label={`Restriction ${place + 1} from`} />
          <span className="text-sm text-muted">to</span>
          <Moment form={form} path={`${name}.${place}`} side="to" label={`Restriction ${place + 1} to`} />
          <IconButton label={`Remove restriction ${place + 1}`} onClick={() => ranges.remove(place)}>
            <X className="size-4" aria-hidden />
          </IconButton>
        </div>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button
          size="sm"
          onClick={() =>
            ranges.append({
              fromDay: last?.toDay ?? 'MONDAY',
              fromTime: last ? last.toTime : '09:00',
              toDay: last?.toDay ?? 'MONDAY',
              toTime: last ? '24:00' : '17:00',
            })
          }
        >
          <Plus className="size-4" aria-hidden />
          Add time
        </Button>
        {ranges.fields.length === 0 && (
          <Button size="sm" onClick={() => ranges.append([...officeHours])}>
            Monday to Friday, 9 to 17
          </Button>
        )}
      </div>
    </fieldset>
  )
}

type MomentProps = {
  form: UseFormReturn<ScheduleValues>
  path: `layers.${number}.restrictions.${number}`
  side: 'from' | 'to'
  label: string
}

function Moment({ form, path, side, label }: MomentProps) {
  return (
    <span className="grid grid-cols-[8.5rem_4.5rem] gap-1">
      <Select aria-label={`${label}: day`} {...form.register(`${path}.${side}Day`)}>
        {DAYS.map((day) => (
          <option key={day} value={day}>
            {dayName(day)}
          </option>
        ))}
      </Select>
      <TextInput
        aria-label={`${label}: time`}
        placeholder="HH:mm"
        inputMode="numeric"
        {...form.register(`${path}.${side}Time`)}
      />
    </span>
  )
}
