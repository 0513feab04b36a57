import { useId } from 'react'
import { useSupportHours } from '../api/schedules.ts'
import { Checkbox } from '../components/Checkbox.tsx'
import { Field } from '../components/Field.tsx'
import { RadioCard } from '../components/RadioCard.tsx'
import { Select } from '../components/Select.tsx'
import type { PriorityValues } from './priority.ts'

type Props = { value: PriorityValues; onChange: (value: PriorityValues) => void; plain?: boolean }

const WAYS = [
  ['HIGH', 'High', 'Escalates through all levels until somebody answers.'],
  ['LOW', 'Low', 'Only the first level is asked; nobody is asked after it.'],
  ['HIGH_DURING_SUPPORT_HOURS', 'High during support hours', 'Low outside of them.'],
  ['LOW_DURING_SUPPORT_HOURS', 'Low during support hours', 'High outside of them.'],
] as const

/** How loudly a source's alerts ring, and when; `plain` leaves support hours out. */
export function PriorityFields({ value, onChange, plain = false }: Props) {
  const name = useId()
  return (
    <fieldset className="grid gap-2.5">
      <legend className="mb-2 text-sm font-medium">Notification priority</legend>
      {WAYS.slice(0, plain ? 2 : WAYS.length).map(([rule, label, hint]) => (
        <RadioCard
          key={rule}
          name={name}
          label={label}
          hint={hint}
          checked={value.rule === rule}
          onChange={() => onChange({ ...value, rule })}
        >
          {rule.endsWith('_SUPPORT_HOURS') && <Hours value={value} onChange={onChange} />}
        </RadioCard>
      ))}
    </fieldset>
  )
}

function Hours({ value, onChange }: Props) {
  const hours = useSupportHours().data ?? []
  const edge = value.rule === 'HIGH_DURING_SUPPORT_HOURS' ? 'begin' : 'end'
  return (
    <div className="grid gap-3">
      <Field
        label="Support hours"
        hint={hours.length === 0 ? 'There are none yet: add them under Support hours.' : undefined}
      >
        {(control) => (
          <Select
            {...control}
            value={value.supportHoursId ?? ''}
            onChange={(event) => onChange({ ...value, supportHoursId: Number(event.target.value) || null })}
          >
            <option value="">Choose support hours</option>
            {hours.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Checkbox
        label={`Raise pending alerts when the support hours ${edge}`}
        checked={value.raises}
        onChange={(event) => onChange({ ...value, raises: event.target.checked })}
      />
    </div>
  )
}
