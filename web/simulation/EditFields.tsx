import { Plus } from 'lucide-react'
import { type UseFormReturn, useFieldArray } from 'react-hook-form'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import { GroupingFields } from '../alert-sources/GroupingFields.tsx'
import { PolicySelect } from '../alert-sources/PolicySelect.tsx'
import { PriorityFields } from '../alert-sources/PriorityFields.tsx'
import { RuleEditor } from '../alert-sources/rules/RuleEditor.tsx'
import { useKnownFields } from '../api/rules.ts'
import { Button } from '../components/Button.tsx'
import { Field } from '../components/Field.tsx'
import { Section } from '../components/Page.tsx'
import { Select } from '../components/Select.tsx'
import { TextInput } from '../components/TextInput.tsx'
import { LevelFields } from '../escalation/LevelFields.tsx'
import {
  DELAY_MINUTES_MAX,
  LEVELS_MAX,
  newLevel,
  type PolicyValues,
  ROUNDS_MAX,
  wholeNumber,
} from '../escalation/policy-values.ts'
import { type Askable, choicesOf } from '../escalation/targets.ts'
import { useMovedFocus } from '../escalation/useMovedFocus.ts'
import type { SourceEdit } from './draft.ts'

type Props = {
  source: number
  edit: SourceEdit
  onEdit: (edit: SourceEdit) => void
  policy: EscalationPolicy | undefined
  form: UseFormReturn<PolicyValues>
  askable: Askable
  error: (field: string) => string | undefined
}

/** An edit of a source and its policy, to be compared and not saved. */
export function EditFields({ source, edit, onEdit, policy, form, askable, error }: Props) {
  const fields = useKnownFields(source).data ?? []
  const change = (changed: Partial<SourceEdit>) => onEdit({ ...edit, ...changed })
  return (
    <>
      <Section title="Edit of the source" hint="Only compared. Nothing is saved.">
        <div className="grid gap-5">
          <PolicySelect
            value={edit.policy}
            onChange={(id) => change({ policy: id ?? edit.policy })}
            error={error('changes.alertSource.escalationPolicy.id')}
          />
          <PriorityFields value={edit.priority} onChange={(priority) => change({ priority })} />
          <div className="grid gap-2">
            <h3 className="text-sm font-medium">Alert grouping</h3>
            <GroupingFields value={edit.grouping} onChange={(grouping) => change({ grouping })} />
          </div>
          <RuleEditor
            label="Only events that match"
            hint="What does not match opens and changes nothing."
            language="condition"
            rows={2}
            value={edit.filter}
            onChange={(filter) => change({ filter })}
            fields={fields}
            error={error('changes.alertSource.eventFilter')}
          />
        </div>
      </Section>
      {policy && <PolicyFields policy={policy} form={form} askable={askable} />}
    </>
  )
}

function PolicyFields({ policy, form, askable }: Pick<Props, 'form' | 'askable'> & { policy: EscalationPolicy }) {
  const levels = useFieldArray({ control: form.control, name: 'levels' })
  const moveLevel = useMovedFocus(levels.move)
  const choices = choicesOf(askable)
  return (
    <>
      <Section title={`Edit of ${policy.name}`} hint="Only compared. Nothing is saved.">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Rounds">
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
          <Field label="Delay in minutes" error={form.formState.errors.delay?.message}>
            {(control) => (
              <TextInput
                {...control}
                inputMode="numeric"
                {...form.register('delay', { validate: wholeNumber(0, DELAY_MINUTES_MAX, 'a number of minutes') })}
              />
            )}
          </Field>
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
    </>
  )
}
