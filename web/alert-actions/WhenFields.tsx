import { TeamsField } from '../alert-sources/TeamsField.tsx'
import { useAlertSources } from '../api/alert-sources.ts'
import { Checkbox } from '../components/Checkbox.tsx'
import { Field } from '../components/Field.tsx'
import { MultiSelect } from '../components/MultiSelect.tsx'
import { RadioCard } from '../components/RadioCard.tsx'
import { TextInput } from '../components/TextInput.tsx'
import type { ActionDraft } from './action-draft.ts'
import { triggerWords } from './action-words.ts'

type Props = {
  draft: ActionDraft
  set: (changed: Partial<ActionDraft>) => void
  errors: Record<string, string>
}

/** Whose alerts, and what sets it off. */
export function WhenFields({ draft, set, errors }: Props) {
  const sources = useAlertSources().data ?? []
  return (
    <>
      <Field label="Alert sources" error={errors.alertSources}>
        {({ id }) => (
          <MultiSelect
            id={id}
            label="Alert sources"
            choices={sources.map((source) => ({ id: source.id, label: source.name }))}
            value={draft.alertSources}
            onChange={(alertSources) => set({ alertSources })}
            placeholder="Choose alert sources"
          />
        )}
      </Field>
      <TeamsField
        value={draft.teams}
        onChange={(teams) => set({ teams })}
        hint="Without alert sources: every source of these teams."
      />
      <div className="grid gap-2" role="radiogroup" aria-label="How it is sent">
        <RadioCard
          name="mode"
          label="By itself"
          hint="When one of these things happens."
          checked={draft.mode === 'AUTOMATIC'}
          onChange={() => set({ mode: 'AUTOMATIC' })}
        >
          <Triggers draft={draft} set={set} error={errors.triggerTypes} />
        </RadioCard>
        <RadioCard
          name="mode"
          label="By hand"
          hint="A button on the alert’s page. The condition is not asked."
          checked={draft.mode === 'MANUAL'}
          onChange={() => set({ mode: 'MANUAL' })}
        />
      </div>
    </>
  )
}

type TriggerProps = Pick<Props, 'draft' | 'set'> & { error: string | undefined }

function Triggers({ draft, set, error }: TriggerProps) {
  const toggle = (type: ActionDraft['triggers'][number]) =>
    set({
      triggers: draft.triggers.includes(type)
        ? draft.triggers.filter((one) => one !== type)
        : [...draft.triggers, type],
    })
  return (
    <fieldset className="grid gap-3">
      <legend className="sr-only">What sets it off</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {triggerWords.map(({ type, label }) => (
          <Checkbox key={type} label={label} checked={draft.triggers.includes(type)} onChange={() => toggle(type)} />
        ))}
      </div>
      {error && <p className="text-sm text-danger">{error}</p>}
      {draft.triggers.includes('v-alert-not-resolved') && (
        <Minutes
          label="Not resolved after, in minutes"
          value={draft.notResolvedMinutes}
          onChange={(notResolvedMinutes) => set({ notResolvedMinutes })}
        />
      )}
      {draft.triggers.includes('alert-escalation-ended') && (
        <Minutes
          label="After nobody answered, wait so many minutes"
          value={draft.escalationEndedMinutes}
          onChange={(escalationEndedMinutes) => set({ escalationEndedMinutes })}
        />
      )}
    </fieldset>
  )
}

function Minutes({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <Field label={label}>
      {(control) => (
        <TextInput {...control} inputMode="decimal" value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  )
}
