import { useEscalationPolicies } from '../../api/escalation.ts'
import { Select } from '../../components/Select.tsx'
import { TextInput } from '../../components/TextInput.tsx'
import { RowList } from '../rules/RowList.tsx'
import type { TeamRow } from './options.ts'

const TEAMS_MAX = 100

type Props = { rows: readonly TeamRow[]; onChange: (rows: TeamRow[]) => void }

/** Which team in 4me stands for which escalation policy. */
export function TeamRows({ rows, onChange }: Props) {
  const policies = useEscalationPolicies().data ?? []
  const isKnown = (id: string) => id === '' || policies.some((policy) => String(policy.id) === id)
  return (
    <RowList<TeamRow>
      title="Teams"
      hint="An alert that is handed to the policy moves its record to the team. The number ends the team's address in 4me."
      add="Add a team"
      rows={rows}
      max={TEAMS_MAX}
      fresh={{ policy: '', team: '' }}
      onChange={onChange}
    >
      {(row, change, index) => (
        <div className="grid grid-cols-[minmax(0,1fr)_7rem] gap-2">
          <Select
            aria-label={`Escalation policy ${index + 1}`}
            value={row.policy}
            onChange={(event) => change({ policy: event.target.value })}
          >
            <option value="">Choose a policy</option>
            {!isKnown(row.policy) && <option value={row.policy}>Policy {row.policy}</option>}
            {policies.map((policy) => (
              <option key={policy.id} value={policy.id}>
                {policy.name}
              </option>
            ))}
          </Select>
          <TextInput
            aria-label={`Team in 4me ${index + 1}`}
            inputMode="numeric"
            placeholder="Team, e.g. 14"
            value={row.team}
            onChange={(event) => change({ team: event.target.value })}
          />
        </div>
      )}
    </RowList>
  )
}
