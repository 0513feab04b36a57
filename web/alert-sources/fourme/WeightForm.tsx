import { useState } from 'react'
import type { AlertSource, Integration } from '../../../server/alert-sources/schema.ts'
import { Checkbox } from '../../components/Checkbox.tsx'
import { Select } from '../../components/Select.tsx'
import { OptionsForm } from './OptionsForm.tsx'
import { chosenWeight, partOf, statusLabel, usualWeights } from './options.ts'

const SEVERITIES = [1, 2, 3, 4, 5]
/** The statuses of a major incident in 4me, in their order. */
const MAJOR = ['proposed', 'accepted', 'resolved', 'rejected', 'canceled']

type Props = { source: AlertSource; integration: Integration }
type Choice = { priority: string; severity: string }

/** How urgent and how severe an alert is, by the record's impact; and which major incidents count. */
export function WeightForm({ source, integration }: Props) {
  const usual = usualWeights(integration)
  const saved = partOf(source.integrationSettings, 'impactPriority')
  const [choices, setChoices] = useState<Record<string, Choice>>(
    Object.fromEntries(
      usual.map(([impact]) => {
        const { priority, severity } = partOf(saved, impact)
        return [impact, { priority: String(priority ?? ''), severity: String(severity ?? '') }]
      }),
    ),
  )
  const [major, setMajor] = useState<string[]>(majorOf(source))
  const change = (impact: string, some: Partial<Choice>) =>
    setChoices((all) => ({ ...all, [impact]: { priority: '', severity: '', ...all[impact], ...some } }))
  const flip = (status: string) => (event: { target: { checked: boolean } }) =>
    setMajor((all) => (event.target.checked ? [...all, status] : all.filter((one) => one !== status)))
  return (
    <OptionsForm
      source={source}
      title="Priority and severity"
      hint="By the impact of the record. A priority pages as urgently as it says; a severity only informs."
      settings={() => ({
        impactPriority: Object.fromEntries(
          Object.entries(choices).map(([impact, { priority, severity }]) => [impact, chosenWeight(priority, severity)]),
        ),
        majorIncident: major.length === 0 ? null : major,
      })}
    >
      <ul aria-label="Impacts" className="divide-y rounded-lg border">
        {usual.map(([impact, weight]) => (
          <li
            key={impact}
            className="grid grid-cols-2 items-center gap-x-2 gap-y-1 py-1.5 ps-3 pe-1.5 sm:grid-cols-[minmax(4rem,1fr)_10rem_8rem] sm:py-1"
          >
            <span className="col-span-2 text-sm sm:col-span-1">{statusLabel(impact)}</span>
            <Select
              compact
              aria-label={`Priority for impact ${impact}`}
              value={choices[impact]?.priority ?? ''}
              onChange={(event) => change(impact, { priority: event.target.value })}
            >
              <option value="">{weight.priority === 'HIGH' ? 'High, as usual' : 'As the source says'}</option>
              <option value="HIGH">High</option>
              <option value="LOW">Low</option>
            </Select>
            <Select
              compact
              aria-label={`Severity for impact ${impact}`}
              value={choices[impact]?.severity ?? ''}
              onChange={(event) => change(impact, { severity: event.target.value })}
            >
              <option value="">{weight.severity}, as usual</option>
              {SEVERITIES.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </Select>
          </li>
        ))}
      </ul>
      <fieldset className="grid gap-2">
        <legend className="mb-1 text-sm font-medium">Major incidents</legend>
        <p className="text-xs text-muted">
          A request whose major incident has one of these statuses passes every filter, has high priority and severity
          1. Usually none does.
        </p>
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
          {MAJOR.map((status) => (
            <Checkbox
              key={status}
              label={statusLabel(status)}
              checked={major.includes(status)}
              onChange={flip(status)}
            />
          ))}
        </div>
      </fieldset>
    </OptionsForm>
  )
}

function majorOf(source: AlertSource): string[] {
  const saved = source.integrationSettings.majorIncident
  return Array.isArray(saved) ? saved.filter((one) => typeof one === 'string').map((one) => one.toLowerCase()) : []
}
