import { useState } from 'react'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import { Field } from '../../components/Field.tsx'
import { Select } from '../../components/Select.tsx'
import { Switch } from '../../components/Switch.tsx'
import { TextInput } from '../../components/TextInput.tsx'
import { OptionsForm } from './OptionsForm.tsx'
import { numberOf, partOf } from './options.ts'

const MINUTES_BEFORE = '30'

/** What happens before a target of 4me is missed, and how often both sides are compared. */
export function TargetForm({ source }: { source: AlertSource }) {
  const settings = source.integrationSettings
  const saved = partOf(settings, 'slaTrigger')
  const [on, setOn] = useState(saved.minutesBefore !== undefined)
  const [before, setBefore] = useState(String(saved.minutesBefore ?? MINUTES_BEFORE))
  const [target, setTarget] = useState(saved.target === 'response_target_at' ? 'response_target_at' : 'next_target_at')
  const [action, setAction] = useState(saved.action === 'ESCALATE' ? 'ESCALATE' : 'RAISE')
  const [minutes, setMinutes] = useState(String(settings.reconcileMinutes ?? ''))
  return (
    <OptionsForm
      source={source}
      title="Targets and comparison"
      settings={() => ({
        reconcileMinutes: numberOf(minutes),
        slaTrigger: on ? { minutesBefore: numberOf(before), target, action } : null,
      })}
    >
      <Switch
        label="Act before a target is missed"
        hint="Off, targets are shown and nothing more. A stopped clock and best effort are no targets."
        checked={on}
        onChange={(event) => setOn(event.target.checked)}
      />
      {on && (
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <Field label="Target">
            {(control) => (
              <Select {...control} value={target} onChange={(event) => setTarget(event.target.value)}>
                <option value="next_target_at">The next one</option>
                <option value="response_target_at">The response target</option>
              </Select>
            )}
          </Field>
          <Field label="Minutes before">
            {(control) => (
              <TextInput
                {...control}
                inputMode="numeric"
                value={before}
                onChange={(event) => setBefore(event.target.value)}
              />
            )}
          </Field>
          <div className="sm:col-span-2">
            <Field
              label="Then"
              hint="Whoever accepted the alert is told; a record without an alert gets one, unless it is over."
            >
              {(control) => (
                <Select {...control} value={action} onChange={(event) => setAction(event.target.value)}>
                  <option value="RAISE">The alert becomes high priority</option>
                  <option value="ESCALATE">It becomes high, and the next level is asked at once</option>
                </Select>
              )}
            </Field>
          </div>
        </div>
      )}
      <Field label="Compare with 4me every" optional hint="In minutes, from 1 to 1440. Blank: 5, as usual.">
        {(control) => (
          <TextInput
            {...control}
            inputMode="numeric"
            placeholder="5"
            value={minutes}
            onChange={(event) => setMinutes(event.target.value)}
          />
        )}
      </Field>
    </OptionsForm>
  )
}
