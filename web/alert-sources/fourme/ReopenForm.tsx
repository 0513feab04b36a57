import { useState } from 'react'
import type { AlertSource } from '../../../server/alert-sources/schema.ts'
import { Field } from '../../components/Field.tsx'
import { Select } from '../../components/Select.tsx'
import { TextInput } from '../../components/TextInput.tsx'
import { OptionsForm } from './OptionsForm.tsx'
import { partOf } from './options.ts'

const IMPACTS = [
  { name: 'top', usual: 'HIGH' },
  { name: 'high', usual: 'HIGH' },
  { name: 'medium', usual: '' },
  { name: 'low', usual: '' },
  { name: 'none', usual: '' },
] as const

/** What becomes of an alert beyond its status: reopening, weight, targets, how often both sides are compared. */
export function ReopenForm({ source }: { source: AlertSource }) {
  const settings = source.integrationSettings
  const weights = partOf(settings, 'impactPriority')
  const sla = partOf(settings, 'slaTrigger')
  const [reopen, setReopen] = useState(typeof settings.reopen === 'string' ? settings.reopen : 'NEW_ALERT')
  const [minutes, setMinutes] = useState(String(settings.reconcileMinutes ?? 5))
  const [before, setBefore] = useState(sla.minutesBefore === undefined ? '' : String(sla.minutesBefore))
  const [action, setAction] = useState(sla.action === 'ESCALATE' ? 'ESCALATE' : 'RAISE')
  const [priorities, setPriorities] = useState<Record<string, string>>(
    Object.fromEntries(IMPACTS.map(({ name }) => [name, String(partOf(weights, name).priority ?? '')])),
  )
  return (
    <OptionsForm
      source={source}
      title="Alerts"
      settings={() => ({
        reopen,
        reconcileMinutes: Number(minutes),
        slaTrigger: before.trim() === '' ? null : { ...sla, minutesBefore: Number(before), action },
        impactPriority: Object.fromEntries(
          IMPACTS.map(({ name }) => {
            const { priority: _, ...rest } = partOf(weights, name)
            const chosen = priorities[name] ? { ...rest, priority: priorities[name] } : rest
            return [name, Object.keys(chosen).length === 0 ? null : chosen]
          }),
        ),
      })}
    >
      <Field label="When a record is opened again">
        {(control) => (
          <Select {...control} value={reopen} onChange={(event) => setReopen(event.target.value)}>
            <option value="NEW_ALERT">A new alert, linked to the one before</option>
            <option value="REOPEN">The same alert goes on</option>
            <option value="IGNORE">Nothing happens here</option>
          </Select>
        )}
      </Field>
      <fieldset>
        <legend className="mb-2 text-sm font-medium">Priority by impact</legend>
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
          {IMPACTS.map(({ name, usual }) => (
            <div key={name} className="grid gap-1">
              <span className="text-xs text-muted capitalize">{name}</span>
              <Select
                compact
                aria-label={`Priority for impact ${name}`}
                value={priorities[name] ?? ''}
                onChange={(event) => setPriorities((all) => ({ ...all, [name]: event.target.value }))}
              >
                <option value="">{usual === 'HIGH' ? 'High, as usual' : 'As the source'}</option>
                <option value="HIGH">High</option>
                <option value="LOW">Low</option>
              </Select>
            </div>
          ))}
        </div>
      </fieldset>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field
          label="Minutes before a target"
          optional
          hint="Before it is missed. Blank: targets are shown, and nothing more."
        >
          {(control) => (
            <TextInput
              {...control}
              inputMode="numeric"
              value={before}
              onChange={(event) => setBefore(event.target.value)}
            />
          )}
        </Field>
        <Field label="Then">
          {(control) => (
            <Select {...control} value={action} onChange={(event) => setAction(event.target.value)}>
              <option value="RAISE">Raise the alert to high</option>
              <option value="ESCALATE">Ask the next level at once</option>
            </Select>
          )}
        </Field>
        <Field label="Compare every so many minutes">
          {(control) => (
            <TextInput
              {...control}
              inputMode="numeric"
              value={minutes}
              onChange={(event) => setMinutes(event.target.value)}
            />
          )}
        </Field>
      </div>
    </OptionsForm>
  )
}
