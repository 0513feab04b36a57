import type { AlertSource } from '../../server/alert-sources/schema.ts'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import { fieldsOfGrouping, type Grouping, groupingOf } from '../alert-sources/grouping.ts'
import { type PriorityValues, priorityOf } from '../alert-sources/priority.ts'
import type { SimulationRequest } from '../api/simulation.ts'
import { fromLocalInput } from '../components/local-time.ts'
import { inputOf, type PolicyValues, valuesOf } from '../escalation/policy-values.ts'

/** What arrives, as it is chosen or typed. */
export type Payload = {
  /** `SUMMARY`, `PASTED`, or the id of a delivery. */
  kind: string
  summary: string
  priority: '' | 'HIGH' | 'LOW'
  body: string
}

/** The edit of a source, as far as it can be compared here. */
export type SourceEdit = { policy: number; priority: PriorityValues; grouping: Grouping; filter: string }

/** What arrives, as the API wants it. */
export function payloadInput({
  kind,
  summary,
  priority,
  body,
}: Payload): Pick<SimulationRequest, 'event' | 'delivery'> {
  if (kind === 'SUMMARY') return { event: { eventType: 'ALERT', summary, ...(priority ? { priority } : {}) } }
  return { delivery: kind === 'PASTED' ? { body } : { id: kind } }
}

/** The moment of a date-time field: null when it is left empty, which means now; undefined when it cannot be read. */
export function momentOf(text: string): string | null | undefined {
  return text === '' ? null : fromLocalInput(text)?.toISOString()
}

/** A source as it is saved. */
export function editOf(source: AlertSource): SourceEdit {
  return {
    policy: source.escalationPolicy.id,
    priority: priorityOf(source),
    grouping: groupingOf(source),
    filter: source.eventFilter ?? '',
  }
}

/** What an edit changes, and nothing else; null: nothing. */
export function changesOf(
  source: AlertSource,
  edit: SourceEdit,
  policy: EscalationPolicy | undefined,
  values: PolicyValues,
): NonNullable<SimulationRequest['changes']> | null {
  const saved = editOf(source)
  const alertSource = {
    ...(edit.policy === saved.policy ? {} : { escalationPolicy: { id: edit.policy } }),
    ...(isSame(edit.priority, saved.priority) ? {} : priorityFields(edit.priority)),
    ...(isSame(edit.grouping, saved.grouping) ? {} : fieldsOfGrouping(edit.grouping)),
    ...(edit.filter === saved.filter ? {} : { eventFilter: edit.filter }),
  }
  const escalationPolicy = policy ? changedPolicy(policy, values) : null
  if (Object.keys(alertSource).length === 0 && escalationPolicy === null) return null
  return {
    ...(Object.keys(alertSource).length === 0 ? {} : { alertSource }),
    ...(escalationPolicy ? { escalationPolicy } : {}),
  }
}

function priorityFields({ rule, supportHoursId, raises }: PriorityValues) {
  return {
    alertPriorityRule: rule,
    supportHours: supportHoursId === null ? null : { id: supportHoursId },
    autoRaiseAlerts: raises,
  }
}

function changedPolicy(policy: EscalationPolicy, values: PolicyValues) {
  if (isSame(values, valuesOf(policy))) return null
  const { escalationRules, repeating, frequency, delayMin } = inputOf(values, policy)
  return { id: policy.id, escalationRules, repeating, frequency, delayMin }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
