import { type Selectable, sql } from 'kysely'
import type { Priority } from '../alerts/schema.ts'
import type { PageMessage } from '../channels/contract.ts'
import type { Database, Tx } from '../database/connection.ts'
import type { NotificationTable } from '../database/tables.ts'
import type { ContactRow } from './contacts/store.ts'
import type { SentPage } from './decide-storm.ts'

export type NotificationRow = Selectable<NotificationTable>

export interface Intent {
  id: string
  alertSourceId: number
  alertId: number
  personId: number
  contactId: number
  channel: string
  target: string
  round: number
  levelIndex: number
  priority: Priority
  subject: string
  climb: number
  kind: PageKind
  /** What an update tells. */
  note: string | null
  dueAt: Date
  /** The page that did not get through. */
  standsInFor: string | null
}

/** A page is for as long as nobody answered, an invitation for as long as the alert is open, an update for ever. */
export type PageKind = 'PAGE' | 'INVITE' | 'UPDATE'

/** Records who must hear of it; returns the ids that are new. The same person, contact and step twice is one intent: the database says so. */
export async function insertIntents(tx: Tx, intents: readonly Intent[], now: Date): Promise<string[]> {
  if (intents.length === 0) return []
  const rows = await tx
    .insertInto('notification')
    .values(
      intents.map((intent) => ({
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
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

/**
 * True while the alert is in the state that the page is about; of what is merged nobody is asked, and a step of an
 * earlier climb asks nobody any more, even if its page was under way when people sent the alert elsewhere.
 */
const isStillWanted = sql<boolean>`((alert.status = 'PENDING' and alert.merged_into_id is null) or notification.kind = 'UPDATE'
  or (alert.status = 'ACCEPTED' and notification.kind = 'INVITE'))
  and (notification.kind <> 'PAGE' or notification.level_index < -1 or not exists (
    select from escalation
    where escalation.alert_source_id = notification.alert_source_id and escalation.alert_id = notification.alert_id
      and escalation.climb > notification.climb))`

/**
 * Finds one page that is due, or whose lease ran out, while it is still wanted; high priority first. Locked.
 * `alertId`: of this alert only.
 */
export async function findDuePage(tx: Tx, now: Date, alertId: number | null = null): Promise<NotificationRow | null> {
  const found = await tx
    .selectFrom('notification')
    .innerJoin('alert', (join) =>
      join
        .onRef('alert.alert_source_id', '=', 'notification.alert_source_id')
        .onRef('alert.id', '=', 'notification.alert_id'),
    )
    .selectAll('notification')
    .where('notification.status', 'in', ['SCHEDULED', 'SENDING'])
    .where('notification.due_at', '<=', now)
    .where((eb) => eb.or([eb('notification.lease_until', 'is', null), eb('notification.lease_until', '<=', now)]))
    .where(isStillWanted)
    .$if(alertId !== null, (query) => query.where('notification.alert_id', '=', alertId))
    .orderBy('notification.priority')
    .orderBy('notification.due_at')
    .limit(1)
    .modifyEnd(sql`for update of notification, alert skip locked`)
    .executeTakeFirst()
  return found ?? null
}

/** Takes a page that was found, under a lease. */
export async function takePage(tx: Tx, row: NotificationRow, leaseUntil: Date): Promise<NotificationRow> {
  return tx
    .updateTable('notification')
    .set((eb) => ({
      status: 'SENDING',
      lease_until: leaseUntil,
      // What a provider said of an attempt before says nothing of this one.
      receipt_state: null,
      receipt_due_at: null,
      fence: eb('fence', '+', 1),
      attempts: eb('attempts', '+', 1),
    }))
    .where('alert_source_id', '=', row.alert_source_id)
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

const STORM_LOCK = 7_006
const SENT_MAX = 500

/** Pages to one person that left after `since` or are on their way, looked at by one node at a time: whoever comes next sees this one. */
export async function sentTo(tx: Tx, row: NotificationRow, since: Date, now: Date): Promise<SentPage[]> {
  await sql`select pg_advisory_xact_lock(${STORM_LOCK}, ${row.person_id})`.execute(tx)
  return seenBy(tx, row, since, now)
}

/** The same without waiting for anybody, and without anybody waiting. */
export async function seenBy(tx: Tx, row: NotificationRow, since: Date, now: Date): Promise<SentPage[]> {
  const rows = await tx
    .selectFrom('notification')
    .select(['alert_source_id', 'contact_id', 'channel', 'subject', 'finished_at'])
    .where('person_id', '=', row.person_id)
    .where('id', '<>', row.id)
    .where('kind', '<>', 'UPDATE')
    .where('status', 'in', ['SUCCESS', 'SENDING'])
    .where((eb) =>
      eb.or([
        eb('finished_at', '>', since),
        eb.and([eb('status', '=', 'SENDING'), eb('finished_at', 'is', null), eb('lease_until', '>', now)]),
      ]),
    )
    .orderBy('finished_at', 'desc')
    .limit(SENT_MAX)
    .execute()
  return rows.map((one) => ({
    alertSourceId: one.alert_source_id,
    contactId: one.contact_id,
    channel: one.channel,
    subject: one.subject,
    at: one.finished_at ?? now,
  }))
}

/** A page that is not sent but told of in another message, or was told already. */
export async function setBundled(
  tx: Tx,
  row: NotificationRow,
  bundleId: string | null,
  reason: string,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('notification')
    .set({ status: 'BUNDLED', bundle_id: bundleId, finished_at: now, error: reason, lease_until: null })
    .where('alert_source_id', '=', row.alert_source_id)
    .where('id', '=', row.id)
    .execute()
}

/** Leaves a page for a little later. */
export async function setWaiting(tx: Tx, row: NotificationRow, dueAt: Date, reason: string): Promise<void> {
  await tx
    .updateTable('notification')
    .set({ status: 'SCHEDULED', due_at: dueAt, error: reason, lease_until: null })
    .where('alert_source_id', '=', row.alert_source_id)
    .where('id', '=', row.id)
    .execute()
}

type StepKey = Pick<NotificationRow, 'alert_source_id' | 'alert_id' | 'climb' | 'round' | 'level_index' | 'person_id'>

/**
 * All pages of one step to one person, locked, the earliest first. The alert comes before its pages, and the pages in one
 * order: two pages that end at once, and an answer that calls both off, never wait for each other in a circle.
 */
export async function lockStepPages(tx: Tx, step: StepKey): Promise<NotificationRow[]> {
  await tx.selectFrom('alert').select('id').where('id', '=', step.alert_id).forKeyShare().execute()
  const rows = await tx
    .selectFrom('notification')
    .selectAll()
    .where('alert_source_id', '=', step.alert_source_id)
    .where('alert_id', '=', step.alert_id)
    .where('climb', '=', step.climb)
    .where('round', '=', step.round)
    .where('level_index', '=', step.level_index)
    .where('person_id', '=', step.person_id)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.toSorted((a, b) => a.due_at.getTime() - b.due_at.getTime())
}

/** Lets a page that waits leave earlier. */
export async function hurryPage(tx: Tx, row: NotificationRow, dueAt: Date): Promise<void> {
  await tx
    .updateTable('notification')
    .set({ due_at: dueAt })
    .where('alert_source_id', '=', row.alert_source_id)
    .where('id', '=', row.id)
    .where('status', '=', 'SCHEDULED')
    .execute()
}

/** Calls one waiting page off. */
export async function cancelOne(tx: Tx, row: NotificationRow, reason: string, now: Date): Promise<boolean> {
  const result = await tx
    .updateTable('notification')
    .set({ status: 'CANCELLED', finished_at: now, error: reason, lease_until: null })
    .where('alert_source_id', '=', row.alert_source_id)
    .where('id', '=', row.id)
    .where('status', '=', 'SCHEDULED')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** What a page tells, as it stands now. */
export async function pageFacts(
  db: Database,
  row: Pick<NotificationRow, 'alert_id' | 'person_id' | 'contact_id'>,
): Promise<Pick<PageMessage, 'alert' | 'person'> & { contact: MessageContact }> {
  const alert = await db
    .selectFrom('alert')
    .innerJoin('alert_source', 'alert_source.id', 'alert.alert_source_id')
    .selectAll('alert')
    .select('alert_source.name as source_name')
    .where('alert.id', '=', row.alert_id)
    .executeTakeFirstOrThrow()
  return {
    ...(await recipientFacts(db, row)),
    alert: {
      id: alert.id,
      summary: alert.summary,
      details: alert.details,
      priority: alert.priority === 'LOW' ? 'LOW' : 'HIGH',
      severity: alert.severity,
      sourceName: alert.source_name,
      reportTime: alert.report_time,
      labels: alert.labels,
      links: alert.links,
    },
  }
}

export type MessageContact = Pick<ContactRow, 'id' | 'target' | 'sealed_target'> & {
  /** Why nothing may go there any more; null: it may (invariants.md NOT-11). */
  gone: string | null
}

/** Who a message is for, and where that is. */
export async function recipientFacts(
  db: Database,
  row: { person_id: number; contact_id: number },
): Promise<Pick<PageMessage, 'person'> & { contact: MessageContact }> {
  const person = await db
    .selectFrom('person')
    .select(['first_name', 'language', 'deleted_at'])
    .where('id', '=', row.person_id)
    .executeTakeFirstOrThrow()
  const contact = await db
    .selectFrom('contact')
    .select(['id', 'target', 'sealed_target', 'removed_at', 'broken_at'])
    .where('id', '=', row.contact_id)
    .executeTakeFirstOrThrow()
  const { id, target, sealed_target } = contact
  const gone =
    person.deleted_at !== null
      ? 'The person was removed.'
      : contact.removed_at !== null
        ? 'The contact was removed.'
        : contact.broken_at !== null
          ? 'The contact does not work any more.'
          : null
  return {
    person: { firstName: person.first_name, language: person.language === 'de' ? 'de' : 'en' },
    contact: { id, target, sealed_target, gone },
  }
}

/** When a person wants quiet. */
export async function recipientOf(tx: Tx, personId: number) {
  return tx
    .selectFrom('person')
    .select(['quiet_from', 'quiet_to', 'timezone'])
    .where('id', '=', personId)
    .executeTakeFirstOrThrow()
}

/** Keeps a page that is still on its way; false when another node took it over. */
export async function renewLease(db: Database, row: NotificationRow, leaseUntil: Date): Promise<boolean> {
  const result = await db
    .updateTable('notification')
    .set({ lease_until: leaseUntil })
    .where(isClaimOf(row))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/**
 * Looks once more, right before the page leaves: false when another node took it over, or when nobody need be asked any
 * more; it then goes back at once, to be called off. A process that was frozen since its claim must not ring what was
 * answered meanwhile (invariants.md ESC-3).
 */
export async function confirmPage(db: Database, row: NotificationRow, leaseUntil: Date): Promise<boolean> {
  const wanted = await db
    .updateTable('notification')
    .from('alert')
    .set({ lease_until: leaseUntil })
    .whereRef('alert.alert_source_id', '=', 'notification.alert_source_id')
    .whereRef('alert.id', '=', 'notification.alert_id')
    .where(isClaimOf(row))
    .where(isStillWanted)
    .executeTakeFirst()
  if (wanted.numUpdatedRows > 0n) return true
  await db.updateTable('notification').set({ status: 'SCHEDULED', lease_until: null }).where(isClaimOf(row)).execute()
  return false
}

function isClaimOf(row: NotificationRow) {
  return sql<boolean>`notification.alert_source_id = ${row.alert_source_id} and notification.id = ${row.id}
    and notification.fence = ${row.fence} and notification.status = 'SENDING'`
}

export type Ending =
  | { status: 'SUCCESS'; receipt: string | null; receiptDueAt?: Date | null }
  | { status: 'ERROR'; error: string }
  | { status: 'SCHEDULED'; dueAt: Date; error: string }

/** Saves how an attempt ended, if the claim still holds; false when it was taken over meanwhile. */
export async function saveEnding(tx: Tx, row: NotificationRow, ending: Ending, now: Date): Promise<boolean> {
  const result = await tx
    .updateTable('notification')
    .set((eb) => ({
      status: ending.status,
      lease_until: null,
      finished_at: ending.status === 'SCHEDULED' ? null : now,
      ...(ending.status === 'SUCCESS' ? { receipt: ending.receipt, error: null } : { error: ending.error }),
      ...(ending.status === 'SCHEDULED' ? { due_at: ending.dueAt } : {}),
      // The provider's receipt may have been faster than its answer.
      ...(ending.status === 'SUCCESS' && ending.receiptDueAt !== undefined
        ? {
            receipt_state: eb.fn.coalesce('receipt_state', eb.val('WAITING')),
            receipt_due_at: sql<Date | null>`case when receipt_state is null then ${ending.receiptDueAt}::timestamptz end`,
          }
        : {}),
    }))
    .where('alert_source_id', '=', row.alert_source_id)
    .where('id', '=', row.id)
    .where('fence', '=', row.fence)
    .where('status', '=', 'SENDING')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

const UNHEARD_LOCK = 7_004

/**
 * Notes that no page of this step got through, for escalation to act on; false while one did or still may. Pages of one
 * alert that fail at the same time are looked at one after the other, so that the last one sees the others.
 */
export async function noteUnheard(tx: Tx, row: NotificationRow, now: Date): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(${UNHEARD_LOCK}, ${row.alert_id % 2_147_483_647}::int)`.execute(tx)
  const hopeful = await tx
    .selectFrom('notification')
    .select('id')
    .where('alert_source_id', '=', row.alert_source_id)
    .where('alert_id', '=', row.alert_id)
    .where('climb', '=', row.climb)
    .where('round', '=', row.round)
    .where('level_index', '=', row.level_index)
    .where('status', 'not in', ['ERROR', 'CANCELLED'])
    .limit(1)
    .executeTakeFirst()
  if (hopeful) return false
  await tx
    .insertInto('unheard_step')
    .values({
      alert_source_id: row.alert_source_id,
      alert_id: row.alert_id,
      climb: row.climb,
      round: row.round,
      level_index: row.level_index,
      at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return true
}

/** Which pages are called off: those of everybody, of the climb alone, or of one person. */
export type Calling = 'everybody' | 'climb' | { personId: number }

/** Calls off what has not left yet; returns whom it would have reached. What is under way keeps its lease, and updates go out. */
export async function cancelUnsent(
  tx: Tx,
  alertSourceId: number,
  alertId: number,
  off: { reason: string; whom: Calling },
  now: Date,
) {
  let pages = tx
    .updateTable('notification')
    .set({ status: 'CANCELLED', finished_at: now, error: off.reason, lease_until: null })
    .where('alert_source_id', '=', alertSourceId)
    .where('alert_id', '=', alertId)
    .where('kind', '<>', 'UPDATE')
  if (off.whom === 'climb') pages = pages.where('level_index', '>=', -1)
  if (typeof off.whom === 'object') pages = pages.where('person_id', '=', off.whom.personId)
  return pages
    .where((eb) =>
      eb.or([eb('status', '=', 'SCHEDULED'), eb.and([eb('status', '=', 'SENDING'), eb('lease_until', '<=', now)])]),
    )
    .returning(['id', 'person_id', 'channel', 'target'])
    .execute()
}

/** Ends pages that nobody need get any more and that were on their way then, each with the reason. */
export async function cancelUnwanted(
  tx: Tx,
  now: Date,
  limit: number,
): Promise<{ row: NotificationRow; rule: 'answered-first' | 'sent-elsewhere'; reason: string }[]> {
  const rows = await tx
    .selectFrom('notification')
    .innerJoin('alert', (join) =>
      join
        .onRef('alert.alert_source_id', '=', 'notification.alert_source_id')
        .onRef('alert.id', '=', 'notification.alert_id'),
    )
    .selectAll('notification')
    .select(sql<boolean>`alert.status = 'PENDING' and alert.merged_into_id is null`.as('is_asked_elsewhere'))
    .where('notification.status', 'in', ['SCHEDULED', 'SENDING'])
    .where('notification.due_at', '<=', now)
    .where((eb) => eb.or([eb('notification.lease_until', 'is', null), eb('notification.lease_until', '<=', now)]))
    .where(sql<boolean>`not (${isStillWanted})`)
    .limit(limit)
    .modifyEnd(sql`for update of notification, alert skip locked`)
    .execute()
  const ended = rows.map(({ is_asked_elsewhere, ...row }) =>
    is_asked_elsewhere
      ? { row, rule: 'sent-elsewhere' as const, reason: 'the alert was sent elsewhere meanwhile' }
      : { row, rule: 'answered-first' as const, reason: 'somebody answered first' },
  )
  for (const { row, reason } of ended) {
    await tx
      .updateTable('notification')
      .set({ status: 'CANCELLED', finished_at: now, lease_until: null, error: reason })
      .where('alert_source_id', '=', row.alert_source_id)
      .where('id', '=', row.id)
      .execute()
  }
  return ended
}

/** When the next page is due, or the next lease runs out. */
export async function nextPageAt(db: Database): Promise<Date | null> {
  const row = await db
    .selectFrom('notification')
    .select((eb) => eb.fn.min<Date | null>(sql<Date>`greatest(due_at, lease_until)`).as('at'))
    .where('status', 'in', ['SCHEDULED', 'SENDING'])
    .executeTakeFirst()
  return row?.at ?? null
}

const SHOWN_MAX = 1_000

/** An alert's notifications, oldest first; of very many the newest. */
export async function notificationsOf(db: Database, alertId: number): Promise<NotificationRow[]> {
  const newestFirst = await db
    .selectFrom('notification')
    .selectAll()
    .where('alert_id', '=', alertId)
    .orderBy('created_at', 'desc')
    .orderBy('climb', 'desc')
    .orderBy('round', 'desc')
    .orderBy('level_index', 'desc')
    .orderBy('id', 'desc')
    .limit(SHOWN_MAX)
    .execute()
  return newestFirst.reverse()
}

/** Everybody a page of an alert was meant for. */
export async function peopleAsked(tx: Tx, alertId: number): Promise<number[]> {
  const rows = await tx
    .selectFrom('notification')
    .select('person_id')
    .distinct()
    .where('alert_id', '=', alertId)
    .execute()
  return rows.map((row) => row.person_id)
}

/** What an alert is about. */
export async function summaryOfAlert(tx: Tx, alertId: number): Promise<string> {
  const row = await tx.selectFrom('alert').select('summary').where('id', '=', alertId).executeTakeFirst()
  return row?.summary ?? ''
}
