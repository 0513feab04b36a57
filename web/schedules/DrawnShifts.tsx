import { Plus, Trash2 } from 'lucide-react'
import { type UseFormReturn, useFieldArray } from 'react-hook-form'
import type { Person } from '../api/directory.ts'
import { Button, IconButton } from '../components/Button.tsx'
import { Section } from '../components/Page.tsx'
import { nameOf } from '../components/person-name.ts'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import type { ScheduleValues } from './schedule-values.ts'
import { fieldText } from './zone-time.ts'

type Props = { form: UseFormReturn<ScheduleValues>; people: readonly Person[]; now: number }

/** Shifts one by one; each new one begins where the last one ends. */
export function DrawnShifts({ form, people, now }: Props) {
  const shifts = useFieldArray({ control: form.control, name: 'shifts' })
  const add = () => {
    const values = form.getValues()
    const start = values.shifts.at(-1)?.end || fieldText(values.timezone, now + 3_600_000)
    const end = new Date(Date.parse(`${start}Z`) + 8 * 3_600_000).toISOString().slice(0, 16)
    shifts.append({ user: '', start, end })
  }
  return (
    <Section title="Shifts" hint="From now on; what is over stays as it was.">
      <div className="grid gap-3">
        {shifts.fields.map((shift, index) => (
          <div
            key={shift.id}
            className="grid gap-2 border-b pb-3 sm:grid-cols-[1fr_auto_auto_auto] sm:border-0 sm:pb-0"
          >
            <Select aria-label={`Shift ${index + 1}: person`} {...form.register(`shifts.${index}.user`)}>
              <option value="">Choose a person</option>
              {people.map((person) => (
                <option key={person.id} value={person.id}>
                  {nameOf(person)}
                </option>
              ))}
            </Select>
            <TextInput
              aria-label={`Shift ${index + 1}: from`}
              type="datetime-local"
              {...form.register(`shifts.${index}.start`)}
            />
            <TextInput
              aria-label={`Shift ${index + 1}: until`}
              type="datetime-local"
              {...form.register(`shifts.${index}.end`)}
            />
            <IconButton label={`Remove shift ${index + 1}`} onClick={() => shifts.remove(index)}>
              <Trash2 className="size-4" aria-hidden />
            </IconButton>
          </div>
        ))}
        <div>
          <Button onClick={add}>
            <Plus className="size-4" aria-hidden />
            Add shift
          </Button>
        </div>
      </div>
    </Section>
  )
}
