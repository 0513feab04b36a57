import type * as real from '../../../../../server/alert-sources/verifications/store.ts'
import { all } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/alert-sources/verifications/store.ts'

type Row = real.VerificationRow
type Change = Parameters<typeof real.moveVerification>[2]

export const insertVerification = twin((tables, verification: real.NewVerification) => {
  const row: Row = {
    id: tables.next('verification'),
    alert_source_id: verification.alertSourceId,
    delivery_id: verification.deliveryId,
    webhook_id: verification.webhookId,
    callback: verification.callback,
    state: verification.state,
    reason: verification.reason,
    received_at: verification.receivedAt,
    expires_at: verification.expiresAt,
    due_at: verification.dueAt,
    attempts: 0,
    lease_until: null,
    fence: 0,
  }
  if (tables.verification.takes(row)) tables.verification.insert(row)
}) satisfies typeof real.insertVerification

export const lastPlannedAt = twin((tables, alertSourceId: number) => {
  let last: Date | null = null
  for (const { due_at: at } of tables.verificationsOfSource.of(alertSourceId)) {
    if (at !== null && (last === null || at > last)) last = at
  }
  return last
}) satisfies typeof real.lastPlannedAt

export const lockUnanswered = twin((tables, alertSourceId: number) =>
  [...tables.verificationsOfSource.of(alertSourceId)]
    .filter((row) => row.state === 'HELD' || row.state === 'REFUSED')
    .sort((one, other) => one.id - other.id)
    .slice(0, 100),
) satisfies typeof real.lockUnanswered

export const moveVerification = twin((tables, id: number, change: Change) => {
  const row = tables.verification.get(id)
  if (!row) return
  tables.verification.update(row, {
    state: change.state,
    reason: change.reason,
    lease_until: null,
    ...(change.dueAt ? { due_at: change.dueAt } : {}),
  })
}) satisfies typeof real.moveVerification

export const claimVerification = twin((tables, now: Date, leaseUntil: Date): Row | null => {
  let found: Row | null = null
  let foundAt: Date | null = null
  for (const row of all(tables.unanswered)) {
    if (row.state !== 'QUEUED' || row.due_at === null || row.due_at > now) continue
    if (row.lease_until !== null && row.lease_until > now) continue
    if (foundAt !== null && row.due_at >= foundAt) continue
    found = row
    foundAt = row.due_at
  }
  if (found === null) return null
  return tables.verification.update(found, {
    lease_until: leaseUntil,
    fence: found.fence + 1,
    attempts: found.attempts + 1,
  })
}) satisfies typeof real.claimVerification

export const holdVerification = twin((tables, row: Row) => {
  const known = tables.verification.get(row.id)
  return known?.fence === row.fence && known.state === 'QUEUED' ? known : null
}) satisfies typeof real.holdVerification

export const expireVerifications = twin((tables, now: Date) => {
  const over = [...all(tables.unanswered)].filter((row) => row.expires_at !== null && row.expires_at <= now)
  for (const row of over) {
    tables.verification.update(row, {
      state: 'EXPIRED',
      reason: 'The code ran out. Press resend in the other system for a new one.',
      lease_until: null,
    })
  }
  return [...new Set(over.map((row) => row.alert_source_id))]
}) satisfies typeof real.expireVerifications

export const nextVerificationAt = twin((tables) => {
  let next: Date | null = null
  for (const row of all(tables.unanswered)) {
    if (row.state !== 'QUEUED') continue
    const { due_at: due, lease_until: lease } = row
    const at = due === null || (lease !== null && lease > due) ? lease : due
    if (at !== null && (next === null || at < next)) next = at
  }
  return next
}) satisfies typeof real.nextVerificationAt
