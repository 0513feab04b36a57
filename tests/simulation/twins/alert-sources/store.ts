import type * as real from '../../../../server/alert-sources/store.ts'
import { keyOf } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/alert-sources/store.ts'

export const sourceById = twin((tables, id: number) => {
  const row = tables.alert_source.get(id)
  return row?.deleted_at === null ? row : null
}) satisfies typeof real.sourceById

/** Transactions come one at a time, so a lock changes nothing. */
export const lockSource: typeof real.lockSource = (tx, id) => sourceById(tx, id)

export const warnSource = twin((tables, alertSourceId: number, warning: { code: string; text: string }, now: Date) => {
  const known = tables.alert_source_warning.get(keyOf(alertSourceId, warning.code))
  if (known) tables.alert_source_warning.update(known, { text: warning.text, at: now })
  else tables.alert_source_warning.insert({ alert_source_id: alertSourceId, ...warning, at: now })
}) satisfies typeof real.warnSource

export const clearWarnings = twin((tables, alertSourceId: number, codes: readonly string[]) => {
  for (const code of codes) {
    const known = tables.alert_source_warning.get(keyOf(alertSourceId, code))
    if (known) tables.alert_source_warning.delete(known)
  }
}) satisfies typeof real.clearWarnings

export const ensureOwnSource = twin((tables, own: { type: string; name: string }, policyId: number, now: Date) => {
  const known = [...tables.alert_source.rows].find((row) => row.integration_type === own.type)
  if (known) return known.id
  const row = tables.alert_source.insert({
    id: tables.next('alert_source'),
    name: own.name,
    integration_type: own.type,
    active: true,
    escalation_policy_id: policyId,
    alert_creation: 'ONE_ALERT_PER_EMAIL',
    alert_grouping_window: null,
    auto_resolution_timeout: null,
    alert_priority_rule: 'HIGH',
    settings: {},
    settings_secrets: null,
    settings_saved_at: null,
    verification_allowed_at: null,
    support_hours_id: null,
    auto_raise_alerts: false,
    rules: {},
    created_at: now,
    updated_at: now,
    deleted_at: null,
  })
  return row.id
}) satisfies typeof real.ensureOwnSource
