import type { Actor } from '../access/actor.ts'
import { replaceSourceIn } from '../alert-sources/actions.ts'
import { viewRules } from '../alert-sources/rules/stored.ts'
import { AlertSourceInput } from '../alert-sources/schema.ts'
import type { SourceRow } from '../alert-sources/store.ts'
import type { Tx } from '../database/connection.ts'
import { replacePolicyIn } from '../escalation/policies/actions.ts'
import { policyRow } from '../escalation/policies/store.ts'
import { viewPolicies } from '../escalation/policies/view.ts'
import { EscalationPolicyInput } from '../escalation/schema.ts'
import { fieldProblem, Problem } from '../runtime/problem.ts'
import type { Secrets } from '../runtime/secrets.ts'
import type { Changes } from './schema.ts'

/** Saves an edit the way its forms do, in the caller's transaction; what it refuses is named as the client named it. */
export async function applyChanges(
  tx: Tx,
  secrets: Secrets,
  actor: Actor,
  source: SourceRow,
  { alertSource, escalationPolicy }: Changes,
  now: Date,
): Promise<void> {
  // The source last: while it is held, nothing that it sends can be kept.
  if (escalationPolicy) {
    const { id, ...change } = escalationPolicy
    const policyId = id ?? alertSource?.escalationPolicy?.id ?? source.escalation_policy_id
    const row = await policyRow(tx, policyId)
    if (!row) throw fieldProblem('changes.escalationPolicy.id', `There is no escalation policy ${policyId}.`)
    const [shown] = await viewPolicies(tx, [row], now)
    const input = EscalationPolicyInput.parse({ ...shown, teams: null, ...given(change) })
    await named('changes.escalationPolicy', () => replacePolicyIn(tx, policyId, input, now))
  }
  if (alertSource) {
    const input = AlertSourceInput.parse({ ...inputOf(source), ...given(alertSource) })
    await named('changes.alertSource', () => replaceSourceIn(tx, secrets, actor, source.id, input, now))
  }
}

/** A source's settings as a request that changes nothing would say them. */
function inputOf(row: SourceRow): object {
  return {
    name: row.name,
    integrationType: row.integration_type,
    escalationPolicy: { id: row.escalation_policy_id },
    active: row.active,
    alertCreation: row.alert_creation,
    alertGroupingWindow: row.alert_grouping_window,
    autoResolutionTimeout: row.auto_resolution_timeout,
    alertPriorityRule: row.alert_priority_rule,
    supportHours: row.support_hours_id === null ? null : { id: row.support_hours_id },
    autoRaiseAlerts: row.auto_raise_alerts,
    ...viewRules(row.rules),
  }
}

function given(change: object): object {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

async function named(path: string, save: () => Promise<unknown>): Promise<void> {
  try {
    await save()
  } catch (cause) {
    if (!(cause instanceof Problem) || cause.errors.length === 0) throw cause
    const errors = cause.errors.map(({ field, message }) => ({ field: `${path}.${field}`, message }))
    throw new Problem(cause.type, errors.map((one) => `${one.field}: ${one.message}`).join(' '), { errors })
  }
}
