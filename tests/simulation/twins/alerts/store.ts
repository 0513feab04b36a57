import type { KnownAlert, KnownRecord } from '../../../../server/alerts/decide.ts'
import type { AlertStatus } from '../../../../server/alerts/schema.ts'
import type * as real from '../../../../server/alerts/store.ts'
import { foldKey } from '../../../../server/alerts/store.ts'
import { all, keyOf } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/alerts/store.ts'

export const lockRecord = twin((tables, alertSourceId: number, folded: string, now: Date): KnownRecord | null => {
  const row = tables.known_record.get(keyOf(alertSourceId, folded))
  if (!row) {
    tables.known_record.insert({
      alert_source_id: alertSourceId,
      alert_key_folded: folded,
      version: null,
      event_type: null,
      status: null,
      alert_id: null,
      first_alert_version: null,
      last_alert_version: null,
      accept_version: null,
      resolve_version: null,
      updated_at: now,
      told_at: null,
    })
    return null
  }
  if (row.event_type === null) return null
  return {
    version: row.version,
    eventType: row.event_type,
    alertId: row.alert_id,
    marks: {
      firstAlert: row.first_alert_version,
      lastAlert: row.last_alert_version,
      accept: row.accept_version,
      resolve: row.resolve_version,
    },
  }
}) satisfies typeof real.lockRecord

export const saveRecord = twin((tables, alertSourceId: number, folded: string, news: real.RecordNews, now: Date) => {
  const row = tables.known_record.get(keyOf(alertSourceId, folded))
  if (!row) return
  tables.known_record.update(row, {
    version: news.version ?? row.version,
    event_type: news.eventType ?? row.event_type,
    status: news.status ?? row.status,
    alert_id: news.alertId ?? row.alert_id,
    first_alert_version: news.marks.firstAlert,
    last_alert_version: news.marks.lastAlert,
    accept_version: news.marks.accept,
    resolve_version: news.marks.resolve,
    told_at: news.toldAt ?? row.told_at,
    updated_at: now,
  })
}) satisfies typeof real.saveRecord

/** Transactions come one at a time, so it stands still anyway. */
export const lockGrouping = twin((_tables, _alertSourceId: number) => {}) satisfies typeof real.lockGrouping

const GROUP_CANDIDATES_MAX = 200

export const openAlertsOfSource = twin((tables, alertSourceId: number) =>
  [...tables.openOfSource.of(alertSourceId)]
    .sort((one, other) => other.report_time.getTime() - one.report_time.getTime())
    .slice(0, GROUP_CANDIDATES_MAX)
    .map((row) => ({
      id: row.id,
      status: row.status as AlertStatus,
      summary: row.summary,
      reportTime: row.report_time,
    })),
) satisfies typeof real.openAlertsOfSource

export const alertOfKey = twin(
  (tables, alertSourceId: number, folded: string, recordAlertId: number | null): KnownAlert | null => {
    const openId = tables.openOfKey.keyOf(keyOf(alertSourceId, folded))
    const ofKey = openId === undefined ? null : tables.alert.get(openId)
    const found = recordAlertId === null ? null : tables.alert.get(recordAlertId)
    const ofRecord = found?.alert_source_id === alertSourceId ? found : null
    // What is open comes first.
    const row = ofKey ?? ofRecord
    return row ? { id: row.id, status: row.status as AlertStatus } : null
  },
) satisfies typeof real.alertOfKey

export const othersStillOpen = twin((tables, alertSourceId: number, alertId: number, folded: string) => {
  let count = 0
  for (const row of tables.recordsOfAlert.of(alertId)) {
    if (row.alert_source_id !== alertSourceId || row.alert_key_folded === folded) continue
    if (row.event_type !== null && row.event_type !== 'RESOLVE') count++
  }
  return count
}) satisfies typeof real.othersStillOpen

export const insertAlert = twin((tables, alert: real.NewAlert, now: Date) => {
  const row = tables.alert.insert({
    alert_source_id: alert.alertSourceId,
    id: tables.next('alert'),
    alert_key: alert.alertKey,
    alert_key_folded: alert.alertKey === null ? null : foldKey(alert.alertKey),
    summary: alert.summary,
    details: alert.details,
    status: alert.status,
    priority: alert.priority,
    severity: alert.severity,
    escalation_policy_id: alert.escalationPolicyId,
    report_time: now,
    accepted_at: alert.status === 'ACCEPTED' ? now : null,
    accepted_by: null,
    resolved_at: alert.status === 'RESOLVED' ? now : null,
    resolved_by: null,
    auto_resolve_at: alert.autoResolveAt,
    unattended_since: null,
    links: alert.links,
    images: alert.images,
    labels: alert.labels,
    custom_details: alert.customDetails ?? null,
    event_count: 1,
    previous_alert_id: alert.previousAlertId,
    raise_at: alert.raiseAt ?? null,
    return_at: null,
    assigned_to: null,
    created_by: alert.createdBy ?? null,
    merged_into_id: null,
  })
  return row.id
}) satisfies typeof real.insertAlert

export const lockAlert = twin((tables, alertId: number) => tables.alert.get(alertId)) satisfies typeof real.lockAlert

export const setAccepted = twin((tables, alertId: number, by: number | null, now: Date) => {
  const row = tables.alert.get(alertId)
  if (row?.status !== 'PENDING') return false
  tables.alert.update(row, {
    status: 'ACCEPTED',
    accepted_at: now,
    accepted_by: by,
    unattended_since: null,
    ...(by === null ? {} : { assigned_to: by }),
  })
  return true
}) satisfies typeof real.setAccepted

export const setResolved = twin((tables, alertId: number, by: number | null, now: Date) => {
  const row = tables.alert.get(alertId)
  if (!row || row.status === 'RESOLVED') return false
  tables.alert.update(row, { status: 'RESOLVED', resolved_at: now, resolved_by: by, unattended_since: null })
  return true
}) satisfies typeof real.setResolved

export const setReopened = twin((tables, alertId: number, status: 'PENDING' | 'ACCEPTED', now: Date) => {
  const row = tables.alert.get(alertId)
  if (!row) throw new Error('no result')
  return tables.alert.update(row, {
    status,
    accepted_at: status === 'ACCEPTED' ? now : null,
    accepted_by: null,
    resolved_at: null,
    resolved_by: null,
    unattended_since: null,
    merged_into_id: null,
  })
}) satisfies typeof real.setReopened

export const alertOfRecord = twin(
  (tables, alertSourceId: number, folded: string) =>
    tables.known_record.get(keyOf(alertSourceId, folded))?.alert_id ?? null,
) satisfies typeof real.alertOfRecord

export const lockAlertOfRecord = twin((tables, alertSourceId: number, folded: string) => {
  const alertId = tables.known_record.get(keyOf(alertSourceId, folded))?.alert_id ?? null
  return alertId === null ? null : (tables.alert.get(alertId)?.id ?? null)
}) satisfies typeof real.lockAlertOfRecord

export const planAutoResolution = twin((tables, alertId: number, at: Date) => {
  const row = tables.alert.get(alertId)
  if (row) tables.alert.update(row, { auto_resolve_at: at })
}) satisfies typeof real.planAutoResolution

export const countEvent = twin((tables, alertId: number) => {
  const row = tables.alert.get(alertId)
  if (row) tables.alert.update(row, { event_count: row.event_count + 1 })
}) satisfies typeof real.countEvent

export const changeAlert = twin((tables, alertId: number, change: real.AlertChange) => {
  const row = tables.alert.get(alertId)
  if (row) tables.alert.update(row, change)
}) satisfies typeof real.changeAlert

export const claimAutoResolutions = twin((tables, now: Date, limit: number) => {
  const due: { id: number; at: number }[] = []
  for (const row of all(tables.resolvingAlone)) {
    if (row.auto_resolve_at !== null && row.auto_resolve_at <= now) {
      due.push({ id: row.id, at: row.auto_resolve_at.getTime() })
    }
  }
  return due
    .sort((one, other) => one.at - other.at)
    .slice(0, limit)
    .map(({ id }) => ({ id }))
}) satisfies typeof real.claimAutoResolutions

export const nextAutoResolution = twin((tables) => {
  let next: Date | null = null
  for (const { auto_resolve_at: at } of all(tables.resolvingAlone)) {
    if (at !== null && (next === null || at < next)) next = at
  }
  return next
}) satisfies typeof real.nextAutoResolution
