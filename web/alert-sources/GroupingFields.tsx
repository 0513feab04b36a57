import { useId } from 'react'
import type { AutoResolution } from '../../server/alert-sources/schema.ts'
import { Checkbox } from '../components/Checkbox.tsx'
import { RadioCard } from '../components/RadioCard.tsx'
import { Select } from '../components/Select.tsx'
import { autoResolutionLabels, type Grouping, type GroupingChoice, groupingLabels } from './grouping.ts'

type Props = { value: Grouping; onChange: (value: Grouping) => void }

/** Whether events become one alert or many, and whether alerts close themselves. */
export function GroupingFields({ value, onChange }: Props) {
  const name = useId()
  const change = (changed: Partial<Grouping>) => onChange({ ...value, ...changed })
  return (
    <div className="grid gap-4">
      <fieldset className="grid gap-2.5">
        <legend className="sr-only">Alert grouping</legend>
        <RadioCard
          name={name}
          label="Do not group alerts"
          hint="Every new alert key is an alert of its own."
          checked={!value.grouped}
          onChange={() => change({ grouped: false })}
        />
        <RadioCard
          name={name}
          label="Group alerts"
          hint="What arrives within a time joins the alert that is there already, and wakes nobody again."
          checked={value.grouped}
          onChange={() => change({ grouped: true })}
        >
          <div className="max-w-64">
            <Select
              aria-label="Group alerts for"
              value={value.choice}
              onChange={(event) => change({ choice: event.target.value as GroupingChoice })}
            >
              {Object.entries(groupingLabels).map(([choice, label]) => (
                <option key={choice} value={choice}>
                  {label}
                </option>
              ))}
            </Select>
          </div>
        </RadioCard>
      </fieldset>
      <div className="grid gap-2 rounded-lg border p-3.5">
        <Checkbox
          label="Auto-resolution: automatically resolve open alerts after"
          checked={value.autoResolves}
          onChange={(event) => change({ autoResolves: event.target.checked })}
        />
        <div className="max-w-64 ps-6.5">
          <Select
            aria-label="Automatically resolve after"
            disabled={!value.autoResolves}
            value={value.autoResolution}
            onChange={(event) => change({ autoResolution: event.target.value as AutoResolution })}
          >
            {Object.entries(autoResolutionLabels).map(([timeout, label]) => (
              <option key={timeout} value={timeout}>
                {label}
              </option>
            ))}
          </Select>
        </div>
      </div>
    </div>
  )
}
