import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { Controller, type UseFormReturn } from 'react-hook-form'
import { IconButton } from '../components/Button.tsx'
import { Checkbox } from '../components/Checkbox.tsx'
import { Field } from '../components/Field.tsx'
import { type Choice, MultiSelect } from '../components/MultiSelect.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { type PolicyValues, TIMEOUT_MINUTES_MAX, wholeNumber } from './policy-values.ts'

type Props = {
  form: UseFormReturn<PolicyValues>
  index: number
  count: number
  choices: readonly Choice[]
  onMove: (to: number) => void
  onRemove: () => void
}

/** One level: who is asked together, and how long they have. */
export function LevelFields({ form, index, count, choices, onMove, onRemove }: Props) {
  const level = index + 1
  const isLast = level === count
  const onKeyDown = (event: KeyboardEvent) => {
    const to = event.key === 'ArrowUp' ? index - 1 : event.key === 'ArrowDown' ? index + 1 : null
    if (!event.altKey || to === null || to < 0 || to >= count) return
    event.preventDefault()
    onMove(to)
  }
  const error = form.formState.errors.levels?.[index]?.timeout?.message
  return (
    <li className="rounded-xl border bg-surface p-4 md:p-5" onKeyDown={onKeyDown}>
      <div className="mb-3 flex items-center justify-between">
        <h2 className="flex items-center gap-2 font-semibold">
          <span aria-hidden className="grid size-6 place-items-center rounded-xl bg-accent-soft text-xs text-accent">
            {level}
          </span>
          Level {level}
        </h2>
        <div className="flex">
          <IconButton
            data-move-level={index}
            data-direction="up"
            label={`Move level ${level} up`}
            disabled={index === 0}
            onClick={() => onMove(index - 1)}
          >
            <ArrowUp className="size-4" aria-hidden />
          </IconButton>
          <IconButton
            data-move-level={index}
            data-direction="down"
            label={`Move level ${level} down`}
            disabled={isLast}
            onClick={() => onMove(index + 1)}
          >
            <ArrowDown className="size-4" aria-hidden />
          </IconButton>
          <IconButton label={`Remove level ${level}`} disabled={count === 1} onClick={onRemove}>
            <Trash2 className="size-4" aria-hidden />
          </IconButton>
        </div>
      </div>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_11rem]">
        <Field label={`People of level ${level}`} hint="People, on-call schedules and teams.">
          {({ id }) => (
            <Controller
              control={form.control}
              name={`levels.${index}.targets`}
              render={({ field }) => (
                <MultiSelect
                  id={id}
                  label={`People of level ${level}`}
                  choices={choices}
                  value={field.value}
                  onChange={field.onChange}
                  placeholder="Choose who is asked"
                />
              )}
            />
          )}
        </Field>
        <Field label={isLast ? 'Minutes to answer' : 'Minutes to the next level'} error={error}>
          {(control) => (
            <TextInput
              {...control}
              inputMode="numeric"
              {...form.register(`levels.${index}.timeout`, {
                validate: wholeNumber(0, TIMEOUT_MINUTES_MAX, 'a number of minutes'),
              })}
            />
          )}
        </Field>
      </div>
      <div className="mt-3">
        <Checkbox
          label="Ask one person at a time, in turn"
          hint="Each alert asks the next of them."
          {...form.register(`levels.${index}.inTurn`)}
        />
      </div>
    </li>
  )
}
