import { useState } from 'react'
import type { Alert } from '../../server/alerts/schema.ts'
import { useSuggestedResponders } from '../api/alert-verbs.ts'
import { useAlertLevels } from '../api/alerts.ts'
import { usePeople } from '../api/directory.ts'
import { useEscalationPolicies } from '../api/escalation.ts'
import { useSchedules } from '../api/schedules.ts'
import { Answer } from '../components/Answer.tsx'
import { Dialog } from '../components/Dialog.tsx'
import { Field } from '../components/Field.tsx'
import { MultiSelect } from '../components/MultiSelect.tsx'
import { nameOf } from '../components/person-name.ts'
import { Select } from '../components/Select.tsx'
import { ActionForm } from './ActionForm.tsx'
import { namesText } from './asked.ts'
import { useVerb } from './useVerb.ts'

type Props = { alert: Alert; open: boolean; onClose: () => void }
type FormProps = Omit<Props, 'open'>

/** What becomes of somebody's answer when the alert is handed on. */
function handedOn(alert: Alert): string {
  return alert.status === 'ACCEPTED' ? ' Nobody counts as having accepted it any more.' : ''
}

/** Asks a level of the policy now. */
export function EscalateDialog({ alert, open, onClose }: Props) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Escalate"
      description={`The level you choose is asked at once, and the ones after it in their turn.${handedOn(alert)}`}
    >
      <EscalateForm alert={alert} onClose={onClose} />
    </Dialog>
  )
}

function EscalateForm({ alert, onClose }: FormProps) {
  const levels = useAlertLevels(alert.id, true)
  const verb = useVerb(alert.id)
  const [chosen, setChosen] = useState<number | null>(null)
  const next = alert.escalation?.next?.levelIndex ?? 0
  return (
    <Answer query={levels}>
      {(rules) => {
        const at = chosen ?? (next < rules.length ? next : 0)
        return (
          <ActionForm
            action={`Ask level ${at + 1} now`}
            onClose={onClose}
            onSubmit={() => verb.perform({ verb: 'escalate', levelIndex: at }, `Level ${at + 1} is asked now.`)}
          >
            <fieldset className="grid gap-1">
              <legend className="sr-only">Level</legend>
              {rules.map((rule, index) => (
                <label
                  // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place
                  key={index}
                  className="flex cursor-pointer items-center gap-3 rounded-md border border-transparent px-2.5 py-2 hover:bg-hover has-checked:border-hairline has-checked:bg-selected"
                >
                  <input
                    type="radio"
                    name="level"
                    className="size-4"
                    checked={index === at}
                    onChange={() => setChosen(index)}
                  />
                  <span className="min-w-0 flex-1">
                    <span className="font-medium">Level {index + 1}</span>
                    <span className="block truncate text-sm text-muted">{levelText(rule)}</span>
                  </span>
                </label>
              ))}
            </fieldset>
          </ActionForm>
        )
      }}
    </Answer>
  )
}

/** Who stands on a level: people, then schedules and teams by name. */
function levelText({ users, schedules, teams }: NonNullable<Alert['escalationRules']>[number]): string {
  const others = [...(schedules ?? []), ...(teams ?? [])].map((one) => one.name)
  const all = [...(users.length > 0 ? [namesText(users)] : []), ...others].join(', ')
  return all === '' ? 'Nobody: it is passed over' : all
}

/** Gives the alert to one person. */
export function AssignDialog({ alert, open, onClose }: Props) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Assign to a person"
      description={`Only they are asked. Without an answer the alert is unattended, and the last resort is told.${handedOn(alert)}`}
    >
      <AssignForm alert={alert} onClose={onClose} />
    </Dialog>
  )
}

function AssignForm({ alert, onClose }: FormProps) {
  const people = usePeople().data ?? []
  const schedules = useSchedules().data ?? []
  const verb = useVerb(alert.id)
  const [chosen, setChosen] = useState('')
  const person = people.find((one) => `person-${one.id}` === chosen)
  const schedule = schedules.find((one) => `schedule-${one.id}` === chosen)
  const assign = async () => {
    if (person) await verb.perform({ verb: 'assign', user: person.id }, `Assigned to ${nameOf(person)}.`)
    if (schedule)
      await verb.perform(
        { verb: 'assign-schedule', schedule: schedule.id },
        `Assigned to whoever is on call on ${schedule.name}.`,
      )
  }
  return (
    <ActionForm action="Assign" disabled={!person && !schedule} onClose={onClose} onSubmit={assign}>
      <Field label="Person">
        {(control) => (
          <Select {...control} value={chosen} onChange={(event) => setChosen(event.target.value)}>
            <option value="">Choose somebody</option>
            {schedules.length > 0 && (
              <optgroup label="Who is on call now">
                {schedules.map((one) => (
                  <option key={one.id} value={`schedule-${one.id}`}>
                    {one.name}
                  </option>
                ))}
              </optgroup>
            )}
            <optgroup label="People">
              {people.map((one) => (
                <option key={one.id} value={`person-${one.id}`}>
                  {nameOf(one)}
                </option>
              ))}
            </optgroup>
          </Select>
        )}
      </Field>
    </ActionForm>
  )
}

/** Gives the alert to another policy. */
export function RerouteDialog({ alert, open, onClose }: Props) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Reroute to a policy"
      description={`It begins at its first level, at once. Pages of ${alert.escalationPolicy.name} that have not left do not leave any more.${handedOn(alert)}`}
    >
      <RerouteForm alert={alert} onClose={onClose} />
    </Dialog>
  )
}

function RerouteForm({ alert, onClose }: FormProps) {
  const policies = useEscalationPolicies().data ?? []
  const verb = useVerb(alert.id)
  const [chosen, setChosen] = useState('')
  const policy = policies.find((one) => String(one.id) === chosen)
  return (
    <ActionForm
      action="Reroute"
      disabled={!policy}
      onClose={onClose}
      onSubmit={async () =>
        policy && verb.perform({ verb: 'reroute', policy: policy.id }, `${policy.name} is asked now.`)
      }
    >
      <Field
        label="Escalation policy"
        hint={policy?.reachesNobody ? 'Nobody on this policy can be reached.' : undefined}
      >
        {(control) => (
          <Select {...control} value={chosen} onChange={(event) => setChosen(event.target.value)}>
            <option value="">Choose a policy</option>
            {policies.map((one) => (
              <option key={one.id} value={one.id}>
                {one.id === alert.escalationPolicy.id ? `${one.name} (again, from the first level)` : one.name}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </ActionForm>
  )
}

/** Asks others beside the policy. */
export function ResponderDialog({ alert, open, onClose }: Props) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Ask somebody to help"
      description="They are told at once, beside the policy, and may accept the alert too."
    >
      <ResponderForm alert={alert} onClose={onClose} />
    </Dialog>
  )
}

function ResponderForm({ alert, onClose }: FormProps) {
  const suggested = useSuggestedResponders(alert.id, true)
  const verb = useVerb(alert.id)
  const [chosen, setChosen] = useState<number[]>([])
  return (
    <Answer query={suggested}>
      {(all) => {
        const onPolicy = new Set(all.filter((one) => one.group === 'SUGGESTED').map((one) => one.id))
        const choices = all
          .filter((one) => one.group === 'USER' && !one.disabled)
          .map((one) => ({ id: one.id, label: one.name, ...(onPolicy.has(one.id) ? { hint: 'on the policy' } : {}) }))
          .sort((a, b) => Number(onPolicy.has(b.id)) - Number(onPolicy.has(a.id)))
        return (
          <ActionForm
            action="Ask now"
            disabled={chosen.length === 0}
            onClose={onClose}
            onSubmit={() =>
              verb.perform(
                { verb: 'add-responders', users: chosen },
                chosen.length === 1 ? 'They are told now.' : `${chosen.length} people are told now.`,
              )
            }
          >
            <Field label="People">
              {({ id }) => (
                <MultiSelect
                  id={id}
                  label="People"
                  choices={choices}
                  value={chosen}
                  onChange={setChosen}
                  placeholder="Choose people"
                />
              )}
            </Field>
          </ActionForm>
        )
      }}
    </Answer>
  )
}
