import type * as real from '../../../../../server/notifications/notices/store.ts'
import { all, earliest, greatest, keyOf, type MemoryTables } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/notifications/notices/store.ts'

type Row = real.NoticeRow
type Ending = Parameters<typeof real.saveNoticeEnding>[2]

export const insertNotice = twin((tables, notice: real.NewNotice, now: Date) => {
  const row = {
    id: notice.id,
    kind: notice.kind,
    person_id: notice.personId,
    contact_id: notice.contactId,
    channel: notice.channel,
    target: notice.target,
    alert_source_id: notice.alertSourceId ?? null,
    alert_id: notice.alertId ?? null,
    facts: notice.facts,
    bundle_key: notice.bundleKey ?? null,
    status: 'SCHEDULED',
    attempts: 0,
    created_at: now,
    due_at: notice.dueAt ?? now,
    lease_until: null,
    fence: 0,
    finished_at: null,
    error: null,
    receipt: null,
  }
  if (!tables.notice.takes(row)) return false
  tables.notice.insert(row)
  return true
}) satisfies typeof real.insertNotice

export const lockWaiting = twin((tables, bundleKey: string) => {
  const id = tables.noticeOfBundle.keyOf(bundleKey)
  return id === undefined ? null : tables.notice.get(id)
}) satisfies typeof real.lockWaiting

export const claimNotice = twin((tables, now: Date, leaseUntil: Date): Row | null => {
  let found: Row | null = null
  for (const row of all(tables.noticesOnTheirWay)) {
    if (row.due_at > now || (row.lease_until !== null && row.lease_until > now)) continue
    if (found === null || isSooner(row, found)) found = row
  }
  if (found === null) return null
  return tables.notice.update(found, {
    status: 'SENDING',
    lease_until: leaseUntil,
    fence: found.fence + 1,
    attempts: found.attempts + 1,
    bundle_key: null,
  })
}) satisfies typeof real.claimNotice

/** Summaries first, and then whatever is due first. */
function isSooner(one: Row, other: Row): boolean {
  if ((one.kind === 'SUMMARY') !== (other.kind === 'SUMMARY')) return one.kind === 'SUMMARY'
  return one.due_at < other.due_at
}

function heldBy(tables: MemoryTables, row: Row): Row | null {
  const known = tables.notice.get(row.id)
  return known?.fence === row.fence && known.status === 'SENDING' ? known : null
}

export const renewNotice = twin((tables, row: Row, leaseUntil: Date) => {
  const held = heldBy(tables, row)
  if (held) tables.notice.update(held, { lease_until: leaseUntil })
  return held !== null
}) satisfies typeof real.renewNotice

export const saveNoticeEnding = twin((tables, row: Row, ending: Ending, now: Date) => {
  const held = heldBy(tables, row)
  if (!held) return false
  tables.notice.update(held, {
    status: ending.status,
    lease_until: null,
    finished_at: ending.status === 'SCHEDULED' ? null : now,
    ...(ending.status === 'SUCCESS' ? { receipt: ending.receipt, error: null } : { error: ending.error }),
    ...(ending.status === 'SCHEDULED' ? { due_at: ending.dueAt } : {}),
  })
  return true
}) satisfies typeof real.saveNoticeEnding

export const nextNoticeAt = twin((tables) =>
  earliest([...all(tables.noticesOnTheirWay)].map((row) => greatest(row.due_at, row.lease_until))),
) satisfies typeof real.nextNoticeAt

export const bundledAlerts = twin((tables, noticeId: string) => {
  const ids = new Set([...tables.bundledIn.of(noticeId)].map((row) => row.alert_id))
  return [...ids]
    .sort((one, other) => one - other)
    .flatMap((id) => {
      const alert = tables.alert.get(id)
      const source = alert && tables.alert_source.get(alert.alert_source_id)
      if (!alert || !source) return []
      return [
        {
          alert_source_id: alert.alert_source_id,
          alert_id: id,
          summary: alert.summary,
          status: alert.status,
          source_name: source.name,
        },
      ]
    })
}) satisfies typeof real.bundledAlerts

export const tellBundled = twin((tables, noticeId: string, text: string, now: Date) => {
  const alerts = new Map([...tables.bundledIn.of(noticeId)].map((row) => [row.alert_id, row.alert_source_id]))
  for (const [alertId, alertSourceId] of [...alerts].sort(([one], [other]) => one - other)) {
    tables.timeline_entry.insert({
      alert_source_id: alertSourceId,
      alert_id: alertId,
      id: tables.next('timeline_entry'),
      at: now,
      type: 'NotificationLogEntry',
      text,
      filter_types: ['NOTIFICATIONS'],
      vars: { noticeId },
    })
  }
}) satisfies typeof real.tellBundled

export const lockLostPages = twin((tables, limit: number) =>
  [...all(tables.lostSummaries)]
    .flatMap((notice) => [...tables.bundledIn.of(notice.id)].map((page) => ({ page, notice })))
    .filter(({ page }) => page.status === 'BUNDLED')
    .sort(({ page: one }, { page: other }) =>
      one.priority === other.priority
        ? one.created_at.getTime() - other.created_at.getTime()
        : one.priority < other.priority
          ? -1
          : 1,
    )
    .slice(0, limit)
    .flatMap(({ page, notice }) => {
      const alert = tables.alert.get(page.alert_id)
      if (!alert) return []
      const { status: alert_status, merged_into_id } = alert
      return [{ ...page, alert_status, merged_into_id, notice_error: notice.error }]
    }),
) satisfies typeof real.lockLostPages

type PageKey = Parameters<typeof real.failLostPage>[1]

export const failLostPage = twin((tables, page: PageKey, error: string, now: Date) => {
  const known = tables.notification.get(keyOf(page.alert_source_id, page.id))
  if (known) tables.notification.update(known, { status: 'ERROR', error, finished_at: now })
}) satisfies typeof real.failLostPage
