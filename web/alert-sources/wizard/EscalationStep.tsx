import { useSession } from '../../api/session.ts'
import { Field } from '../../components/Field.tsx'
import { nameOf } from '../../components/person-name.ts'
import { RadioCard } from '../../components/RadioCard.tsx'
import { TextInput } from '../../components/TextInput.tsx'
import { PolicySelect } from '../PolicySelect.tsx'
import { GENERATED_TIMEOUT_MINUTES, generatedPolicyName } from './draft.ts'
import type { StepProps } from './WizardPage.tsx'

/** Who is asked when it rings. */
export function EscalationStep({ draft, change }: StepProps) {
  const user = useSession().data?.user
  return (
    <fieldset className="grid gap-2.5">
      <legend className="sr-only">Escalation</legend>
      <RadioCard
        name="escalation"
        label="Assign an existing escalation policy"
        hint="The people of that policy are asked, level by level."
        checked={draft.escalation === 'existing'}
        onChange={() => change({ escalation: 'existing' })}
      >
        <PolicySelect value={draft.policyId} onChange={(policyId) => change({ policyId })} />
      </RadioCard>
      <RadioCard
        name="escalation"
        label="Generate a new escalation policy"
        hint={`One level: ${user ? `you, ${nameOf(user)}` : 'you'}. You have ${GENERATED_TIMEOUT_MINUTES} minutes to answer before the alert counts as unattended. Add people and levels later.`}
        checked={draft.escalation === 'generated'}
        onChange={() => change({ escalation: 'generated' })}
      >
        <Field label="Policy name">
          {(control) => (
            <TextInput
              {...control}
              maxLength={255}
              value={draft.policyName}
              placeholder={generatedPolicyName(draft)}
              onChange={(event) => change({ policyName: event.target.value })}
            />
          )}
        </Field>
      </RadioCard>
    </fieldset>
  )
}
