import { SlidersHorizontal, X } from 'lucide-react'
import { type Ref, useCallback, useState } from 'react'
import { useAlertSources } from '../api/alert-sources.ts'
import { useTeams } from '../api/directory.ts'
import { useEscalationPolicies } from '../api/escalation.ts'
import { Button } from '../components/Button.tsx'
import { SearchField } from '../components/SearchField.tsx'
import { Select } from '../components/Select.tsx'
import { type AlertListFilter, filterCount, spans } from './alert-filter.ts'

type Props = {
  filter: AlertListFilter
  onChange: (changed: Partial<AlertListFilter>) => void
  searchField: Ref<HTMLInputElement>
}

const NOTHING = {
  source: undefined,
  policy: undefined,
  team: undefined,
  priority: undefined,
  since: undefined,
  query: '',
}

/** What narrows the list; on a phone behind a button. */
export function FilterBar({ filter, onChange, searchField }: Props) {
  const [open, setOpen] = useState(false)
  const sources = useAlertSources().data ?? []
  const policies = useEscalationPolicies().data ?? []
  const teams = useTeams().data ?? []
  const changeQuery = useCallback((query: string) => onChange({ query }), [onChange])
  const count = filterCount(filter)
  return (
    <div className="flex flex-wrap items-center gap-2 border-b bg-surface px-4 py-2 md:px-6">
      <div className="min-w-40 flex-1 lg:max-w-aside">
        <SearchField
          ref={searchField}
          label="Filter alerts"
          placeholder="Summary, details or key"
          value={filter.query}
          onChange={changeQuery}
        />
      </div>
      <Button className="md:hidden" aria-expanded={open} onClick={() => setOpen(!open)}>
        <SlidersHorizontal className="size-4" aria-hidden />
        {count === 0 ? 'Filters' : `Filters (${count})`}
      </Button>
      <div className={`${open ? 'grid' : 'hidden'} w-full grid-cols-2 gap-2 md:flex md:w-auto md:flex-wrap`}>
        <Choice
          label="Alert source"
          all="All sources"
          value={filter.source}
          options={sources}
          onChange={(source) => onChange({ source })}
        />
        <Choice
          label="Escalation policy"
          all="All policies"
          value={filter.policy}
          options={policies}
          onChange={(policy) => onChange({ policy })}
        />
        {teams.length > 0 && (
          <Choice
            label="Team"
            all="All teams"
            value={filter.team}
            options={teams}
            onChange={(team) => onChange({ team })}
          />
        )}
        <div className="min-w-0 md:w-32">
          <Select
            compact
            aria-label="Priority"
            value={filter.priority ?? ''}
            onChange={(event) => {
              const { value } = event.target
              onChange({ priority: value === 'HIGH' || value === 'LOW' ? value : undefined })
            }}
          >
            <option value="">Any priority</option>
            <option value="HIGH">High</option>
            <option value="LOW">Low</option>
          </Select>
        </div>
        <div className="min-w-0 md:w-32">
          <Select
            compact
            aria-label="Time"
            value={filter.since ?? ''}
            onChange={(event) => onChange({ since: event.target.value || undefined })}
          >
            <option value="">Any time</option>
            {spans.map(({ span, label }) => (
              <option key={span} value={span}>
                {label}
              </option>
            ))}
          </Select>
        </div>
        {(count > 0 || filter.query !== '') && (
          <Button tone="quiet" onClick={() => onChange(NOTHING)}>
            <X className="size-4" aria-hidden />
            Clear
          </Button>
        )}
      </div>
    </div>
  )
}

type ChoiceProps = {
  label: string
  all: string
  value: number | undefined
  options: readonly { id: number; name: string }[]
  onChange: (id: number | undefined) => void
}

function Choice({ label, all, value, options, onChange }: ChoiceProps) {
  return (
    <div className="min-w-0 md:w-36">
      <Select
        compact
        aria-label={label}
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))}
      >
        <option value="">{all}</option>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.name}
          </option>
        ))}
      </Select>
    </div>
  )
}
