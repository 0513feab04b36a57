import { Field } from '../../components/Field.tsx'
import { TextInput } from '../../components/TextInput.tsx'
import { TeamsField } from '../TeamsField.tsx'
import type { StepProps } from './WizardPage.tsx'

/** What it is called, and whose it is. */
export function NameStep({ draft, change, problem }: StepProps) {
  return (
    <div className="grid gap-5">
      <Field
        label="Name"
        hint="As it will stand on alerts and in messages, for example “4me Service Desk”."
        error={problem ?? undefined}
      >
        {(control) => (
          <TextInput
            {...control}
            maxLength={255}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <TeamsField value={draft.teams} onChange={(teams) => change({ teams })} />
    </div>
  )
}
