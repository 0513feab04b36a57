import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react'
import type { UseFormReturn } from 'react-hook-form'
import type { Person } from '../api/directory.ts'
import { IconButton } from '../components/Button.tsx'
import { Checkbox } from '../components/Checkbox.tsx'
import { Field } from '../components/Field.tsx'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { Restrictions } from './Restrictions.tsx'
import { type ScheduleValues, UNITS } from './schedule-values.ts'
import { TurnOrder } from './TurnOrder.tsx'

type Props = {
  form: UseFormReturn<ScheduleValues>
  index: number
  count: number
  people: readonly Person[]
  onMove: (to: number) => void
  onRemove: () => void
}

/** One layer: whose turns, how long each, from when, and when they count. */
export function LayerFields({ form, index, count, people, onMove, onRemove }: Props) {
  const place = index + 1
  const isRestricted = form.watch(`layers.${index}.restrictions`).length > 0
  return (
    <li className="min-w-0 rounded-xl border bg-surface p-4 md:p-5">
      <div className="mb-3 flex items-center justify-between gap-3">
        <h2 className="font-semibold">Layer {place}</h2>
        <div className="flex">
          <IconButton label={`Move layer ${place} up`} disabled={index === 0} onClick={() => onMove(index - 1)}>
            <ArrowUp className="size-4" aria-hidden />
          </IconButton>
          <IconButton label={`Move layer ${place} down`} disabled={place === count} onClick={() => onMove(index + 1)}>
            <ArrowDown className="size-4" aria-hidden />
          </IconButton>
          <IconButton label={`Remove layer ${place}`} disabled={count === 1} onClick={onRemove}>
            <Trash2 className="size-4" aria-hidden />
          </IconButton>
        </div>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Name" optional>
          {(control) => (
            <TextInput
              {...control}
              placeholder={`Layer ${place}`}
              maxLength={255}
              {...form.register(`layers.${index}.name`)}
            />
          )}
        </Field>
        <fieldset className="grid gap-1.5">
          <legend className="mb-1.5 text-sm font-medium">A turn lasts</legend>
          <div className="grid grid-cols-2 gap-2">
            <TextInput aria-label="How many" inputMode="numeric" {...form.register(`layers.${index}.count`)} />
            <Select aria-label="Unit" {...form.register(`layers.${index}.unit`)}>
              {Object.entries(UNITS).map(([unit, name]) => (
                <option key={unit} value={unit}>
                  {name}
                </option>
              ))}
            </Select>
          </div>
        </fieldset>
        <Field label="First hand-over" hint="Later ones are at the same time of day.">
          {(control) => <TextInput {...control} type="datetime-local" {...form.register(`layers.${index}.startsOn`)} />}
        </Field>
        <Field label="Ends" optional>
          {(control) => <TextInput {...control} type="datetime-local" {...form.register(`layers.${index}.endsOn`)} />}
        </Field>
      </div>
      <div className="mt-4 grid grid-cols-1 gap-4">
        <TurnOrder form={form} index={index} people={people} />
        <Restrictions form={form} index={index} />
        {isRestricted && (
          <Checkbox
            label="Turns count only restricted-in time"
            hint="A turn that lies wholly outside is nobody’s, so nobody is passed over."
            {...form.register(`layers.${index}.skips`)}
          />
        )}
      </div>
    </li>
  )
}
