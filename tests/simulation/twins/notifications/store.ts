import type * as real from '../../../../server/notifications/store.ts'
import { all, keyOf, type MemoryTables } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

type Row = real.NotificationRow

export const insertIntents = twin((tables, intents: readonly real.Intent[], now: Date) => {
  for (const intent of intents) {
    const row = {
      alert_source_id: intent.alertSourceId,
      id: intent.id,
      alert_id: intent.alertId,
      person_id: intent.personId,
      contact_id: intent.contactId,
      channel: intent.channel,
      target: intent.target,
      round: intent.round,
      level_index: intent.levelIndex,
      priority: intent.priority,
      subject: intent.subject,
      status: 'SCHEDULED',
      attempts: 0,
      created_at: now,
      due_at: now,
      lease_until: null,
      fence: 0,
      finished_at: null,
      error: null,
      receipt: null,
    }
    if (tables.notification.takes(row)) tables.notification.insert(row)
  }
}) satisfies typeof real.insertIntents

/** On their way, due, and held by nobody. */
function* toBeMoved(tables: MemoryTables, now: Date): Generator<Row> {
  for (const row of all(tables.onTheirWay)) {
    if (row.due_at <= now && (row.lease_until === null || row.lease_until <= now)) yield row
  }
}

export const claimPage = twin((tables, now: Date, leaseUntil: Date): Row | null => {
  let found: Row | null = null
  for (const row of toBeMoved(tables, now)) {
    if (tables.alert.get(row.alert_id)?.status !== 'PENDING') continue
    if (found === null || isMoreUrgent(row, found)) found = row
  }
  if (found === null) return null
  return tables.notification.update(found, {
    status: 'SENDING',
    lease_until: leaseUntil,
    fence: found.fence + 1,
    attempts: found.attempts + 1,
  })
}) satisfies typeof real.claimPage

function isMoreUrgent(one: Row, other: Row): boolean {
  return one.priority === other.priority ? one.due_at < other.due_at : one.priority < other.priority
}

export const pageFacts = twin((tables, row: Pick<Row, 'alert_id' | 'person_id'>) => {
  const alert = tables.alert.get(row.alert_id)
  const source = alert && tables.alert_source.get(alert.alert_source_id)
  const person = tables.person.get(row.person_id)
  if (!alert || !source || !person) throw new Error('no result')
  return {
    person: { firstName: person.first_name, language: person.language === 'de' ? ('de' as const) : ('en' as const) },
    alert: {
      id: alert.id,
      summary: alert.summary,
      details: alert.details,
      priority: alert.priority === 'LOW' ? ('LOW' as const) : ('HIGH' as const),
      severity: alert.severity,
      sourceName: source.name,
      reportTime: alert.report_time,
      labels: alert.labels,
      links: alert.links,
    },
  }
}) satisfies typeof real.pageFacts

export const renewLease = twin((tables, row: Row, leaseUntil: Date) => {
  const held = heldBy(tables, row)
  if (held) tables.notification.update(held, { lease_until: leaseUntil })
  return held !== null
}) satisfies typeof real.renewLease

export const saveEnding = twin((tables, row: Row, ending: real.Ending, now: Date) => {
  const held = heldBy(tables, row)
  if (!held) return false
  tables.notification.update(held, {
    status: ending.status,
    lease_until: null,
    finished_at: ending.status === 'SCHEDULED' ? null : now,
    ...(ending.status === 'SUCCESS' ? { receipt: ending.receipt, error: null } : { error: ending.error }),
    ...(ending.status === 'SCHEDULED' ? { due_at: ending.dueAt } : {}),
  })
  return true
}) satisfies typeof real.saveEnding

/** The page as it stands, if the claim under this number is still the last one. */
function heldBy(tables: MemoryTables, row: Row): Row | null {
  const known = tables.notification.get(keyOf(row.alert_source_id, row.id))
  return known?.fence === row.fence && known.status === 'SENDING' ? known : null
}

export const cancelUnsent = twin((tables, alertSourceId: number, alertId: number, reason: string, now: Date) => {
  const unsent = [...tables.notificationsOfAlert.of(alertId)].filter(
    (row) =>
      row.alert_source_id === alertSourceId &&
      (row.status === 'SCHEDULED' || (row.status === 'SENDING' && row.lease_until !== null && row.lease_until <= now)),
  )
  return unsent.map((row) => {
    tables.notification.update(row, { status: 'CANCELLED', finished_at: now, error: reason, lease_until: null })
    return { person_id: row.person_id, target: row.target, attempts: row.attempts }
  })
}) satisfies typeof real.cancelUnsent

export const cancelAnswered = twin((tables, now: Date, limit: number) => {
  const rows: Row[] = []
  for (const row of toBeMoved(tables, now)) {
    if (rows.length === limit) break
    const status = tables.alert.get(row.alert_id)?.status
    if (status !== undefined && status !== 'PENDING') rows.push(row)
  }
  for (const row of rows) {
    tables.notification.update(row, {
      status: 'CANCELLED',
      finished_at: now,
      lease_until: null,
      error: 'somebody answered first',
    })
  }
  return rows
}) satisfies typeof real.cancelAnswered

export const nextPageAt = twin((tables) => {
  let next: Date | null = null
  for (const row of all(tables.onTheirWay)) {
    const at = row.lease_until !== null && row.lease_until > row.due_at ? row.lease_until : row.due_at
    if (next === null || at < next) next = at
  }
  return next
}) satisfies typeof real.nextPageAt

export const notificationsOf = twin((tables, alertId: number) =>
  [...tables.notificationsOfAlert.of(alertId)]
    .sort((one, other) => one.created_at.getTime() - other.created_at.getTime() || (one.id < other.id ? -1 : 1))
    .slice(0, 1_000),
) satisfies typeof real.notificationsOf
