import type { PageMessage } from '../../../../server/channels/contract.ts'
import type { SentPage } from '../../../../server/notifications/decide-storm.ts'
import type * as real from '../../../../server/notifications/store.ts'
import { all, greatest, keyOf, keysOf, type MemoryTables } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/notifications/store.ts'

type Row = real.NotificationRow

export const insertIntents = twin((tables, intents: readonly real.Intent[], now: Date) => {
  const inserted: string[] = []
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
      due_at: intent.dueAt,
      lease_until: null,
      fence: 0,
      finished_at: null,
      error: null,
      receipt: null,
      climb: intent.climb,
      kind: intent.kind,
      note: intent.note,
      bundle_id: null,
      stands_in_for: intent.standsInFor,
      receipt_state: null,
      receipt_due_at: null,
    }
    if (!tables.notification.takes(row)) continue
    tables.notification.insert(row)
    inserted.push(row.id)
  }
  return inserted
}) satisfies typeof real.insertIntents

/** On their way, due, and held by nobody. */
function* toBeMoved(tables: MemoryTables, now: Date): Generator<Row> {
  for (const row of all(tables.onTheirWay)) {
    if (row.due_at <= now && (row.lease_until === null || row.lease_until <= now)) yield row
  }
}

/** True while the alert is in the state that the page is about; what is merged, or sent elsewhere, asks nobody. */
function isStillWanted(tables: MemoryTables, row: Row): boolean {
  const alert = tables.alert.get(row.alert_id)
  const isOfStep = row.kind === 'PAGE' && row.level_index >= -1
  if (isOfStep && (tables.escalation.get(row.alert_id)?.climb ?? 0) > row.climb) return false
  if (row.kind === 'UPDATE') return true
  if (alert?.status === 'PENDING') return alert.merged_into_id === null
  return alert?.status === 'ACCEPTED' && row.kind === 'INVITE'
}

export const findDuePage = twin((tables, now: Date, alertId: number | null = null): Row | null => {
  let found: Row | null = null
  for (const row of toBeMoved(tables, now)) {
    if (alertId !== null && row.alert_id !== alertId) continue
    if (isStillWanted(tables, row) && (found === null || isMoreUrgent(row, found))) found = row
  }
  return found
}) satisfies typeof real.findDuePage

function isMoreUrgent(one: Row, other: Row): boolean {
  return one.priority === other.priority ? one.due_at < other.due_at : one.priority < other.priority
}

function current(tables: MemoryTables, row: Pick<Row, 'alert_source_id' | 'id'>): Row | null {
  return tables.notification.get(keyOf(row.alert_source_id, row.id))
}

export const takePage = twin((tables, row: Row, leaseUntil: Date) => {
  const known = current(tables, row)
  if (!known) throw new Error('no result')
  return tables.notification.update(known, {
    status: 'SENDING',
    lease_until: leaseUntil,
    fence: known.fence + 1,
    attempts: known.attempts + 1,
    receipt_state: null,
    receipt_due_at: null,
  })
}) satisfies typeof real.takePage

const SENT_MAX = 500

export const seenBy = twin((tables, row: Row, since: Date, now: Date): SentPage[] =>
  [...tables.sentToPerson.of(row.person_id)]
    .filter((one) => one.id !== row.id && one.kind !== 'UPDATE')
    .filter((one) =>
      one.finished_at === null
        ? one.status === 'SENDING' && one.lease_until !== null && one.lease_until > now
        : one.finished_at > since,
    )
    // Nulls come first where the order is descending.
    .sort((one, other) => (other.finished_at?.getTime() ?? 1e15) - (one.finished_at?.getTime() ?? 1e15))
    .slice(0, SENT_MAX)
    .map((one) => ({
      alertSourceId: one.alert_source_id,
      contactId: one.contact_id,
      channel: one.channel,
      subject: one.subject,
      at: one.finished_at ?? now,
    })),
) satisfies typeof real.seenBy

/** Transactions come one at a time, so nobody waits for anybody. */
export const sentTo: typeof real.sentTo = (tx, row, since, now) => seenBy(tx, row, since, now)

export const setBundled = twin((tables, row: Row, bundleId: string | null, reason: string, now: Date) => {
  const known = current(tables, row)
  const stand = { status: 'BUNDLED', bundle_id: bundleId, finished_at: now, error: reason, lease_until: null }
  if (known) tables.notification.update(known, stand)
}) satisfies typeof real.setBundled

export const setWaiting = twin((tables, row: Row, dueAt: Date, reason: string) => {
  const known = current(tables, row)
  if (known) tables.notification.update(known, { status: 'SCHEDULED', due_at: dueAt, error: reason, lease_until: null })
}) satisfies typeof real.setWaiting

type StepKey = Pick<Row, 'alert_source_id' | 'alert_id' | 'climb' | 'round' | 'level_index' | 'person_id'>

export const lockStepPages = twin((tables, step: StepKey) =>
  [...tables.notificationsOfAlert.of(step.alert_id)]
    .filter((row) => row.person_id === step.person_id && isOfStep(row, step))
    .sort((one, other) => one.due_at.getTime() - other.due_at.getTime() || (one.id < other.id ? -1 : 1)),
) satisfies typeof real.lockStepPages

function isOfStep(row: Row, step: Omit<StepKey, 'person_id'>): boolean {
  return (
    row.alert_source_id === step.alert_source_id &&
    row.climb === step.climb &&
    row.round === step.round &&
    row.level_index === step.level_index
  )
}

export const hurryPage = twin((tables, row: Row, dueAt: Date) => {
  const known = current(tables, row)
  if (known?.status === 'SCHEDULED') tables.notification.update(known, { due_at: dueAt })
}) satisfies typeof real.hurryPage

export const cancelOne = twin((tables, row: Row, reason: string, now: Date) => {
  const known = current(tables, row)
  if (known?.status !== 'SCHEDULED') return false
  tables.notification.update(known, { status: 'CANCELLED', finished_at: now, error: reason, lease_until: null })
  return true
}) satisfies typeof real.cancelOne

type Addressed = { person_id: number; contact_id: number }
type Facts = Pick<PageMessage, 'alert' | 'person'> & { contact: real.MessageContact }

function recipient(tables: MemoryTables, row: Addressed): Pick<Facts, 'person' | 'contact'> {
  const person = tables.person.get(row.person_id)
  const contact = tables.contact.get(row.contact_id)
  if (!person || !contact) throw new Error('no result')
  return {
    person: { firstName: person.first_name, language: person.language === 'de' ? 'de' : 'en' },
    contact: {
      id: contact.id,
      target: contact.target,
      sealed_target: contact.sealed_target,
      gone: whyGone(person, contact),
    },
  }
}

function whyGone(person: { deleted_at: Date | null }, contact: { removed_at: Date | null; broken_at: Date | null }) {
  if (person.deleted_at !== null) return 'The person was removed.'
  if (contact.removed_at !== null) return 'The contact was removed.'
  return contact.broken_at === null ? null : 'The contact does not work any more.'
}

export const recipientFacts = twin((tables, row: Addressed) =>
  recipient(tables, row),
) satisfies typeof real.recipientFacts

export const pageFacts = twin((tables, row: Pick<Row, 'alert_id' | 'person_id' | 'contact_id'>): Facts => {
  const alert = tables.alert.get(row.alert_id)
  const source = alert && tables.alert_source.get(alert.alert_source_id)
  if (!alert || !source) throw new Error('no result')
  return {
    ...recipient(tables, row),
    alert: {
      id: alert.id,
      summary: alert.summary,
      details: alert.details,
      priority: alert.priority === 'LOW' ? 'LOW' : 'HIGH',
      severity: alert.severity,
      sourceName: source.name,
      reportTime: alert.report_time,
      labels: alert.labels,
      links: alert.links,
    },
  }
}) satisfies typeof real.pageFacts

export const recipientOf = twin((tables, personId: number) => {
  const row = tables.person.get(personId)
  if (!row) throw new Error('no result')
  return { quiet_from: row.quiet_from, quiet_to: row.quiet_to, timezone: row.timezone }
}) satisfies typeof real.recipientOf

export const renewLease = twin((tables, row: Row, leaseUntil: Date) => {
  const held = heldBy(tables, row)
  if (held) tables.notification.update(held, { lease_until: leaseUntil })
  return held !== null
}) satisfies typeof real.renewLease

export const saveEnding = twin((tables, row: Row, ending: real.Ending, now: Date) => {
  const held = heldBy(tables, row)
  if (!held) return false
  const awaited = ending.status === 'SUCCESS' ? ending.receiptDueAt : undefined
  tables.notification.update(held, {
    status: ending.status,
    lease_until: null,
    finished_at: ending.status === 'SCHEDULED' ? null : now,
    ...(ending.status === 'SUCCESS' ? { receipt: ending.receipt, error: null } : { error: ending.error }),
    ...(ending.status === 'SCHEDULED' ? { due_at: ending.dueAt } : {}),
    ...(awaited === undefined
      ? {}
      : {
          receipt_state: held.receipt_state ?? 'WAITING',
          receipt_due_at: held.receipt_state === null ? awaited : null,
        }),
  })
  return true
}) satisfies typeof real.saveEnding

/** The page as it stands, if the claim under this number is still the last one. */
function heldBy(tables: MemoryTables, row: Row): Row | null {
  const known = current(tables, row)
  return known?.fence === row.fence && known.status === 'SENDING' ? known : null
}

export const noteUnheard = twin((tables, row: Row, now: Date) => {
  for (const page of tables.notificationsOfAlert.of(row.alert_id)) {
    if (isOfStep(page, row) && page.status !== 'ERROR' && page.status !== 'CANCELLED') return false
  }
  const { alert_source_id, alert_id, climb, round, level_index } = row
  if (!tables.unheard_step.get(keysOf(alert_source_id, alert_id, climb, round, level_index))) {
    tables.unheard_step.insert({ alert_source_id, alert_id, climb, round, level_index, at: now })
  }
  return true
}) satisfies typeof real.noteUnheard

type Off = Parameters<typeof real.cancelUnsent>[3]

export const cancelUnsent = twin((tables, alertSourceId: number, alertId: number, off: Off, now: Date) => {
  const unsent = [...tables.notificationsOfAlert.of(alertId)].filter(
    (row) =>
      row.alert_source_id === alertSourceId &&
      row.kind !== 'UPDATE' &&
      (off.whom !== 'climb' || row.level_index >= -1) &&
      (typeof off.whom !== 'object' || row.person_id === off.whom.personId) &&
      (row.status === 'SCHEDULED' || (row.status === 'SENDING' && row.lease_until !== null && row.lease_until <= now)),
  )
  return unsent.map((row) => {
    tables.notification.update(row, { status: 'CANCELLED', finished_at: now, error: off.reason, lease_until: null })
    return { id: row.id, person_id: row.person_id, channel: row.channel, target: row.target }
  })
}) satisfies typeof real.cancelUnsent

export const confirmPage = twin((tables, row: Row, leaseUntil: Date) => {
  const held = heldBy(tables, row)
  if (!held) return false
  const isWanted = isStillWanted(tables, held)
  tables.notification.update(held, isWanted ? { lease_until: leaseUntil } : { status: 'SCHEDULED', lease_until: null })
  return isWanted
}) satisfies typeof real.confirmPage

type Unwanted = { row: Row; rule: 'answered-first' | 'sent-elsewhere'; reason: string }

export const cancelUnwanted = twin((tables, now: Date, limit: number) => {
  const ended: Unwanted[] = []
  for (const row of toBeMoved(tables, now)) {
    if (ended.length === limit) break
    if (isStillWanted(tables, row)) continue
    const alert = tables.alert.get(row.alert_id)
    const isElsewhere = alert?.status === 'PENDING' && alert.merged_into_id === null
    ended.push(
      isElsewhere
        ? { row, rule: 'sent-elsewhere', reason: 'the alert was sent elsewhere meanwhile' }
        : { row, rule: 'answered-first', reason: 'somebody answered first' },
    )
  }
  for (const { row, reason } of ended) {
    tables.notification.update(row, { status: 'CANCELLED', finished_at: now, lease_until: null, error: reason })
  }
  return ended
}) satisfies typeof real.cancelUnwanted

export const nextPageAt = twin((tables) => {
  let next: Date | null = null
  for (const row of all(tables.onTheirWay)) {
    const at = greatest(row.due_at, row.lease_until)
    if (next === null || at < next) next = at
  }
  return next
}) satisfies typeof real.nextPageAt

export const peopleAsked = twin((tables, alertId: number) => [
  ...new Set([...tables.notificationsOfAlert.of(alertId)].map((row) => row.person_id)),
]) satisfies typeof real.peopleAsked

export const summaryOfAlert = twin(
  (tables, alertId: number) => tables.alert.get(alertId)?.summary ?? '',
) satisfies typeof real.summaryOfAlert
