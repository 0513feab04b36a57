import { rolesWith } from '../access/actor.ts'
import type { Database, Tx } from '../database/connection.ts'
import type { Language } from '../notifications/texts.ts'

/** Who answers, by a verified contact. */
export interface Answerer {
  personId: number
  name: string
  language: Language
}

export interface AskedOf extends Answerer {
  notificationId: string
  contactId: number
  channel: string
  target: string
  alertId: number
}

/**
 * True when an alert was opened again after this page about it was written: its buttons were for what is over, and
 * answering with them now would answer what nobody read (invariants.md NOT-10).
 */
export async function isOfEarlierTime(db: Database, notificationId: string): Promise<boolean> {
  const row = await db
    .selectFrom('notification')
    .innerJoin('timeline_entry', (join) =>
      join
        .onRef('timeline_entry.alert_source_id', '=', 'notification.alert_source_id')
        .onRef('timeline_entry.alert_id', '=', 'notification.alert_id')
        .on('timeline_entry.type', '=', 'AlertReopenedLogEntry')
        .onRef('timeline_entry.at', '>', 'notification.created_at'),
    )
    .select('notification.id')
    .where('notification.id', '=', notificationId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Whose a page was and what it was about; null when its person was removed, or may not answer any more. */
export async function askedBy(db: Database, notificationId: string): Promise<AskedOf | null> {
  const row = await db
    .selectFrom('notification')
    .innerJoin('person', 'person.id', 'notification.person_id')
    .select([
      'notification.id',
      'notification.contact_id',
      'notification.channel',
      'notification.target',
      'notification.alert_id',
      'person.id as person_id',
      'first_name',
      'last_name',
      'language',
    ])
    .where('notification.id', '=', notificationId)
    .where('person.deleted_at', 'is', null)
    .where('person.role', 'in', rolesWith('answer'))
    .executeTakeFirst()
  if (!row) return null
  return {
    notificationId: row.id,
    contactId: row.contact_id,
    channel: row.channel,
    target: row.target,
    alertId: row.alert_id,
    ...answererOf(row),
  }
}

/** The person of a contact. */
export async function answererById(db: Database, personId: number): Promise<Answerer | null> {
  const row = await db
    .selectFrom('person')
    .select(['id as person_id', 'first_name', 'last_name', 'language'])
    .where('id', '=', personId)
    .where('deleted_at', 'is', null)
    .where('role', 'in', rolesWith('answer'))
    .executeTakeFirst()
  return row ? answererOf(row) : null
}

function answererOf(row: { person_id: number; first_name: string; last_name: string; language: string }): Answerer {
  return {
    personId: row.person_id,
    name: `${row.first_name} ${row.last_name}`.trim(),
    language: row.language === 'de' ? 'de' : 'en',
  }
}

/** The alert a reply without a number is about: the one this contact was asked about last, an unanswered one before others. */
export async function lastAskedAbout(
  db: Database,
  contactId: number,
  channel: string,
  alertId: number | null,
): Promise<{ alertId: number; notificationId: string } | null> {
  let query = db
    .selectFrom('notification')
    .innerJoin('alert', 'alert.id', 'notification.alert_id')
    .select(['notification.alert_id', 'notification.id'])
    .where('notification.contact_id', '=', contactId)
    .where('notification.channel', '=', channel)
  query =
    alertId === null
      ? query.where('notification.status', '=', 'SUCCESS')
      : query.where('notification.alert_id', '=', alertId)
  const row = await query
    .orderBy((eb) => eb.case().when('alert.status', '=', 'PENDING').then(0).else(1).end())
    .orderBy('notification.finished_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { alertId: row.alert_id, notificationId: row.id } : null
}

/** How an alert stands, and who answered it. */
export async function standingOf(db: Database | Tx, alertId: number) {
  const row = await db
    .selectFrom('alert')
    .leftJoin('person as accepter', 'accepter.id', 'alert.accepted_by')
    .leftJoin('person as resolver', 'resolver.id', 'alert.resolved_by')
    .select([
      'alert.status',
      'alert.alert_source_id',
      'accepter.first_name as accepter_first',
      'accepter.last_name as accepter_last',
      'resolver.first_name as resolver_first',
      'resolver.last_name as resolver_last',
    ])
    .where('alert.id', '=', alertId)
    .executeTakeFirst()
  if (!row) return null
  const [first, last] =
    row.status === 'RESOLVED' ? [row.resolver_first, row.resolver_last] : [row.accepter_first, row.accepter_last]
  const by = first === null ? null : `${first} ${last ?? ''}`.trim()
  return { status: row.status as 'PENDING' | 'ACCEPTED' | 'RESOLVED', alertSourceId: row.alert_source_id, by }
}
