import type { AlertRow } from '../../../../server/alerts/store.ts'
import { invariant } from '../../../../server/runtime/invariant.ts'
import type * as real from '../../../../server/simulation/store.ts'
import { sessionOf } from '../../memory/database.ts'
import { earliest, keyOf } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/simulation/store.ts'

/** Transactions come one at a time, so nobody is waited for. */
export const giveWay = twin(() => {}) satisfies typeof real.giveWay

export const takenBack: typeof real.takenBack = async (tx, work) => {
  const session = sessionOf(tx)
  await session.statement(() => {})
  const savepoint = session.savepoint()
  const result = await work()
  await session.statement(() => {})
  session.rollBackTo(savepoint)
  return result
}

type Stood = Pick<real.Stand, 'alert' | 'climb'>
type Pages = Parameters<typeof real.putCopy>[2]

export const standOf = twin((tables, alertId: number) => {
  const alert = tables.alert.get(alertId)
  if (!alert) return null
  const policy = tables.escalation_policy.get(alert.escalation_policy_id)
  invariant(policy, 'an alert has its policy')
  return { alert, climb: tables.escalation.get(alertId), policyName: policy.name }
}) satisfies typeof real.standOf

export const waitingPages = twin((tables, alertId: number) =>
  [...tables.notificationsOfAlert.of(alertId)].filter((row) => row.status === 'SCHEDULED'),
) satisfies typeof real.waitingPages

export const putCopy = twin((tables, { alert, climb }: Stood, pages: Pages) => {
  const id = tables.next('alert')
  tables.alert.insert({ ...alert, id, alert_key: null, alert_key_folded: null })
  if (climb) tables.escalation.insert({ ...climb, alert_id: id })
  for (const page of pages) tables.notification.insert({ ...page, alert_id: id })
  return id
}) satisfies typeof real.putCopy

export const dueOf = twin((tables, alertId: number) => {
  const alert = tables.alert.get(alertId)
  if (!alert) return { step: null, page: null, end: null, raise: null }
  const climb = tables.escalation.get(alertId)
  const pages = [...tables.notificationsOfAlert.of(alertId)].filter((row) => row.status === 'SCHEDULED')
  return {
    step: alert.status === 'PENDING' && climb?.stopped_at === null ? climb.due_at : null,
    page: earliest(pages.map((row) => row.due_at)),
    end: alert.status === 'RESOLVED' ? null : alert.auto_resolve_at,
    raise: alert.status === 'PENDING' ? alert.raise_at : null,
  }
}) satisfies typeof real.dueOf

export const laterRules = twin((tables, alert: AlertRow) => {
  const source = tables.alert_source.get(alert.alert_source_id)
  const policy = tables.escalation_policy.get(alert.escalation_policy_id)
  invariant(source && policy, 'an alert has its source and its policy')
  const { alert_priority_rule, support_hours_id } = source
  const { levels, frequency, delay_minutes } = policy
  return { source: { alert_priority_rule, support_hours_id }, policy: { levels, frequency, delay_minutes } }
}) satisfies typeof real.laterRules

type Later = Omit<real.LaterRules, 'policy'> & {
  policy: Omit<real.LaterRules['policy'], 'levels'> & { levels: never }
}

export const putLaterRules = twin((tables, alert: AlertRow, later: real.LaterRules) => {
  const { source, policy } = later as Later
  const knownSource = tables.alert_source.get(alert.alert_source_id)
  if (knownSource) tables.alert_source.update(knownSource, source)
  const knownPolicy = tables.escalation_policy.get(alert.escalation_policy_id)
  if (knownPolicy) tables.escalation_policy.update(knownPolicy, policy)
}) satisfies typeof real.putLaterRules

export const putAside = twin((tables, page: { alert_source_id: number; id: string }, until: Date) => {
  const row = tables.notification.get(keyOf(page.alert_source_id, page.id))
  if (row) tables.notification.update(row, { status: 'SENDING', lease_until: until })
}) satisfies typeof real.putAside
