import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useFieldArray, useForm } from 'react-hook-form'
import { useNavigate } from 'react-router'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import { useSaveEscalationPolicy } from '../api/escalation.ts'
import { Problem } from '../api/problem.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { showProblem } from '../components/form-problem.ts'
import { Notice } from '../components/Notice.tsx'
import { Section } from '../components/Page.tsx'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { toast } from '../components/toast-store.ts'
import { ClimbPreview } from './ClimbPreview.tsx'
import { LevelFields } from './LevelFields.tsx'
import { PolicyWarnings } from './PolicyWarnings.tsx'
import {
  DELAY_MINUTES_MAX,
  inputOf,
  LEVELS_MAX,
  newLevel,
  newPolicy,
  type PolicyValues,
  ROUNDS_MAX,
  TIMEOUT_MINUTES_MAX,
  valuesOf,
  wholeNumber,
} from './policy-values.ts'
import { type Askable, choicesOf } from './targets.ts'
import { useMovedFocus } from './useMovedFocus.ts'

type Props = { policy: EscalationPolicy | null; askable: Askable }

/** Who is asked, in which order, after how long, how often. */
export function PolicyForm({ policy, askable }: Props) {
  const save = useSaveEscalationPolicy()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string | null>(null)
  const form = useForm<PolicyValues>({ defaultValues: policy ? valuesOf(policy) : newPolicy })
  const levels = useFieldArray({ control: form.control, name: 'levels' })
  const moveLevel = useMovedFocus(levels.move)
  const choices = choicesOf(askable)
  const { errors, isDirty } = form.formState

  const submit = form.handleSubmit(async (values) => {
    setProblem(null)
    try {
      const saved = await save.mutateAsync({ id: policy?.id, input: inputOf(values, policy) })
      toast('Saved.')
      if (policy) form.reset(valuesOf(saved))
      else navigate('/escalation-policies')
    } catch (error) {
      const isAboutLevels =
        error instanceof Problem && error.fields.some((one) => one.field.startsWith('escalationRules'))
      const rest = showProblem(form, error, ['name'])
      setProblem(isAboutLevels && error instanceof Problem ? error.fields.map((one) => one.message).join(' ') : rest)
    }
  })

  return (
    <form
      className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 lg:grid-cols-[minmax(0,1fr)_var(--spacing-aside)]"
      onSubmit={submit}
      noValidate
    >
      <div className="grid min-w-0 content-start gap-4">
        {problem && <Notice tone="danger">{problem}</Notice>}
        <Section title="Policy">
          <div className="grid gap-4">
            <Field label="Name" error={errors.name?.message}>
              {(control) => (
                <TextInput {...control} maxLength={255} {...form.register('name', { required: 'Give it a name.' })} />
              )}
            </Field>
            <div className="grid gap-4 sm:grid-cols-2">
              <Field label="Rounds" hint="How often the levels are gone through.">
                {(control) => (
                  <Select {...control} {...form.register('rounds')}>
                    {Array.from({ length: ROUNDS_MAX }, (_, index) => String(index + 1)).map((count) => (
                      <option key={count} value={count}>
                        {count === '1' ? 'Once' : `${count} times`}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
              <Field label="Delay in minutes" hint="Before the first level is asked." error={errors.delay?.message}>
                {(control) => (
                  <TextInput
                    {...control}
                    inputMode="numeric"
                    {...form.register('delay', { validate: wholeNumber(0, DELAY_MINUTES_MAX, 'a number of minutes') })}
                  />
                )}
              </Field>
              <Field
                label="Minutes until an accepted alert returns"
                hint="Without progress it waits for an answer again. 0: never."
                error={errors.acceptTimeout?.message}
              >
                {(control) => (
                  <TextInput
                    {...control}
                    inputMode="numeric"
                    {...form.register('acceptTimeout', {
                      validate: wholeNumber(0, TIMEOUT_MINUTES_MAX, 'a number of minutes'),
                    })}
                  />
                )}
              </Field>
            </div>
          </div>
        </Section>
        <ol aria-label="Levels" className="grid gap-3">
          {levels.fields.map((level, index) => (
            <LevelFields
              key={level.id}
              form={form}
              index={index}
              count={levels.fields.length}
              choices={choices}
              onMove={(to) => moveLevel(index, to)}
              onRemove={() => levels.remove(index)}
            />
          ))}
        </ol>
        <div>
          <Button disabled={levels.fields.length >= LEVELS_MAX} onClick={() => levels.append(newLevel)}>
            <Plus className="size-4" aria-hidden />
            Add level
          </Button>
        </div>
        <div className="flex justify-end gap-2">
          {policy && isDirty && <Button onClick={() => form.reset(valuesOf(policy))}>Discard changes</Button>}
          <Button type="submit" tone="primary" busy={save.isPending}>
            {policy ? 'Save' : 'Create policy'}
          </Button>
        </div>
      </div>
      <div className="order-first min-w-0 lg:order-none">
        <div className="lg:sticky lg:top-18">
          <ClimbPreview values={form.watch()} askable={askable} />
          {policy && <PolicyWarnings policy={policy} />}
        </div>
      </div>
    </form>
  )
}
