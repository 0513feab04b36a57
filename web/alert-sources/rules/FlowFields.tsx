import { ConditionEditor } from './ConditionEditor.tsx'
import { RuleEditor } from './RuleEditor.tsx'
import { errorOf } from './rule-draft.ts'
import type { RuleFieldsProps } from './TextFields.tsx'

/** Which events count at all. */
export function FilterField({ draft, change, fields, errors }: RuleFieldsProps) {
  return (
    <ConditionEditor
      label="Only events that match"
      hint="What does not match opens and changes nothing, resolving included. It stays in the delivery log."
      rows={2}
      placeholder="event.summary not contains 'test' and event.priority == HIGH"
      value={draft.filter}
      onChange={(filter) => change({ filter })}
      fields={fields}
      error={errorOf(errors, 'eventFilter')}
    />
  )
}

/** Which policy is asked. */
export function RoutingField({ draft, change, fields, errors }: RuleFieldsProps) {
  return (
    <RuleEditor
      label="Routing key"
      hint="The escalation policy with this routing key is asked. Several keys stand with commas between them: the first known one counts."
      language="template"
      value={draft.routing}
      onChange={(routing) => change({ routing })}
      fields={fields}
      error={errorOf(errors, 'routingTemplate.textTemplate')}
    />
  )
}

/** What an event is: by which key alerts are found again, and what opens, accepts and resolves. */
export function TypeFields({ draft, change, fields, errors, ownKeys }: RuleFieldsProps & { ownKeys: boolean }) {
  return (
    <>
      {!ownKeys && (
        <RuleEditor
          label="Alert key"
          hint="Events of one key belong to one alert. Left empty, the event's own key counts."
          language="template"
          value={draft.alertKey}
          onChange={(alertKey) => change({ alertKey })}
          fields={fields}
          error={errorOf(errors, 'alertKeyTemplate.textTemplate')}
        />
      )}
      {TYPES.map(({ name, label, field }) => (
        <ConditionEditor
          key={name}
          label={label}
          value={draft[name]}
          onChange={(text) => change({ [name]: text })}
          fields={fields}
          error={errorOf(errors, field)}
        />
      ))}
    </>
  )
}

const TYPES = [
  { name: 'create', label: 'Opens an alert when', field: 'eventTypeFilterCreate' },
  { name: 'accept', label: 'Accepts it when', field: 'eventTypeFilterAccept' },
  { name: 'resolve', label: 'Resolves it when', field: 'eventTypeFilterResolve' },
] as const
