import { rolesWith } from '../../../../server/access/actor.ts'
import type * as real from '../../../../server/answers/store.ts'
import type { MemoryTables } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/answers/store.ts'

function pageOf(tables: MemoryTables, notificationId: string) {
  const key = tables.notificationOfId.keyOf(notificationId)
  return key === undefined ? null : tables.notification.get(key)
}

function answerer(tables: MemoryTables, personId: number): real.Answerer | null {
  const row = tables.person.get(personId)
  if (row?.deleted_at !== null || !rolesWith('answer').some((role) => role === row.role)) return null
  const name = `${row.first_name} ${row.last_name}`.trim()
  return { personId, name, language: row.language === 'de' ? 'de' : 'en' }
}

export const isOfEarlierTime = twin((tables, notificationId: string) => {
  const page = pageOf(tables, notificationId)
  if (!page) return false
  return [...tables.linesOfAlert.of(page.alert_id)].some(
    (line) =>
      line.alert_source_id === page.alert_source_id &&
      line.type === 'AlertReopenedLogEntry' &&
      line.at > page.created_at,
  )
}) satisfies typeof real.isOfEarlierTime

export const askedBy = twin((tables, notificationId: string) => {
  const page = pageOf(tables, notificationId)
  const person = page && answerer(tables, page.person_id)
  if (!page || !person) return null
  return {
    notificationId: page.id,
    contactId: page.contact_id,
    channel: page.channel,
    target: page.target,
    alertId: page.alert_id,
    ...person,
  }
}) satisfies typeof real.askedBy

export const answererById = twin((tables, personId: number) =>
  answerer(tables, personId),
) satisfies typeof real.answererById

export const lastAskedAbout = twin((tables, contactId: number, channel: string, alertId: number | null) => {
  const [found] = [...tables.notification.rows]
    .filter((row) => row.contact_id === contactId && row.channel === channel)
    .filter((row) => (alertId === null ? row.status === 'SUCCESS' : row.alert_id === alertId))
    .map((row) => ({
      row,
      rank: tables.alert.get(row.alert_id)?.status === 'PENDING' ? 0 : 1,
      // As PostgreSQL sorts: what has none comes first when the latest do.
      finishedMs: row.finished_at?.getTime() ?? Number.MAX_SAFE_INTEGER,
    }))
    .sort((one, other) => one.rank - other.rank || other.finishedMs - one.finishedMs)
  return found ? { alertId: found.row.alert_id, notificationId: found.row.id } : null
}) satisfies typeof real.lastAskedAbout

type Status = 'PENDING' | 'ACCEPTED' | 'RESOLVED'

export const standingOf = twin((tables, alertId: number) => {
  const row = tables.alert.get(alertId)
  if (!row) return null
  const byId = row.status === 'RESOLVED' ? row.resolved_by : row.accepted_by
  const person = byId === null ? null : tables.person.get(byId)
  const by = person ? `${person.first_name} ${person.last_name}`.trim() : null
  return { status: row.status as Status, alertSourceId: row.alert_source_id, by }
}) satisfies typeof real.standingOf
