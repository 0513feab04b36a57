import { ArrowDown, ArrowUp, X } from 'lucide-react'
import { type UseFormReturn, useFieldArray } from 'react-hook-form'
import type { Person } from '../api/directory.ts'
import { IconButton } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { nameOf } from '../components/person-name.ts'
import { Select } from '../components/Select.tsx'
import type { ScheduleValues } from './schedule-values.ts'

type Props = { form: UseFormReturn<ScheduleValues>; index: number; people: readonly Person[] }

/** Whose turn comes after whose; somebody may stand there twice. */
export function TurnOrder({ form, index, people }: Props) {
  const users = useFieldArray({ control: form.control, name: `layers.${index}.users`, keyName: 'key' })
  return (
    <div className="grid grid-cols-1 gap-2">
      <h3 className="text-sm font-medium">Order of turns</h3>
      {users.fields.length > 0 && (
        <ol className="divide-y rounded-md border">
          {users.fields.map((user, place) => {
            const person = people.find((one) => one.id === user.id)
            const name = person ? nameOf(person) : 'Somebody'
            return (
              <li key={user.key} className="flex items-center gap-2 ps-3 pe-1 text-sm">
                <span className="w-5 text-muted tabular-nums">{place + 1}</span>
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <IconButton
                  label={`${name} earlier`}
                  disabled={place === 0}
                  onClick={() => users.move(place, place - 1)}
                >
                  <ArrowUp className="size-4" aria-hidden />
                </IconButton>
                <IconButton
                  label={`${name} later`}
                  disabled={place === users.fields.length - 1}
                  onClick={() => users.move(place, place + 1)}
                >
                  <ArrowDown className="size-4" aria-hidden />
                </IconButton>
                <IconButton label={`Take ${name} out`} onClick={() => users.remove(place)}>
                  <X className="size-4" aria-hidden />
                </IconButton>
              </li>
            )
          })}
        </ol>
      )}
      <Field label="Add a person">
        {(control) => (
          <Select
            {...control}
            value=""
            onChange={(event) => event.target.value && users.append({ id: Number(event.target.value) })}
          >
            <option value="">Choose a person</option>
            {people.map((person) => (
              <option key={person.id} value={person.id}>
                {nameOf(person)}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}
