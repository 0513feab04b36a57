import { useTeams } from '../api/directory.ts'
import { Field } from '../components/Field.tsx'
import { MultiSelect } from '../components/MultiSelect.tsx'

type Props = { value: readonly number[]; onChange: (ids: number[]) => void; hint?: string }

/** The teams a source belongs to; not shown while there are none. */
export function TeamsField({ value, onChange, hint = 'Who looks after this source.' }: Props) {
  const teams = useTeams().data ?? []
  if (teams.length === 0) return null
  return (
    <Field label="Teams" optional hint={hint}>
      {({ id }) => (
        <MultiSelect
          id={id}
          label="Teams"
          choices={teams.map((team) => ({ id: team.id, label: team.name }))}
          value={value}
          onChange={onChange}
          placeholder="Choose teams"
        />
      )}
    </Field>
  )
}
