import { useEscalationPolicies } from '../api/escalation.ts'
import { Field } from '../components/Field.tsx'
import { Notice } from '../components/Notice.tsx'
import { Select } from '../components/Select.tsx'

type Props = { value: number | null; onChange: (id: number | null) => void; error?: string | undefined }

/** Who is asked when this source rings; warns when that is nobody. */
export function PolicySelect({ value, onChange, error }: Props) {
  const policies = useEscalationPolicies().data ?? []
  const chosen = policies.find((policy) => policy.id === value)
  return (
    <div className="grid gap-2.5">
      <Field label="Escalation policy" error={error}>
        {(control) => (
          <Select
            {...control}
            value={value ?? ''}
            onChange={(event) => onChange(event.target.value === '' ? null : Number(event.target.value))}
          >
            <option value="">Choose a policy</option>
            {policies.map((policy) => (
              <option key={policy.id} value={policy.id}>
                {policy.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {chosen?.reachesNobody && (
        <Notice tone="caution">
          “{chosen.name}” reaches nobody: its alerts would ring unheard until you put somebody on it.
        </Notice>
      )}
    </div>
  )
}
