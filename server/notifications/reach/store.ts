import type { ChannelMethod } from '../../channels/schema.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { isRowId } from '../../database/values.ts'
import { decideNewsWay, decideWays, type ReachableContact, type ReachRule, type Ways } from './decide.ts'

export interface PersonReach {
  contacts: ReachableContact[]
  rules: ReachRule[]
}

/** Contacts and alert rules of living people; whoever has none at all is left out. */
export async function reachOf(db: Database | Tx, personIds: readonly number[]): Promise<Map<number, PersonReach>> {
  const wanted = [...new Set(personIds)].filter(isRowId)
  if (wanted.length === 0) return new Map()
  const contacts = await db
    .selectFrom('contact')
    .innerJoin('person', 'person.id', 'contact.person_id')
    .select(['contact.id', 'contact.person_id', 'contact.method', 'contact.target', 'verified_at', 'broken_at'])
    .where('contact.person_id', 'in', wanted)
    .where('contact.removed_at', 'is', null)
    .where('person.deleted_at', 'is', null)
    .orderBy('contact.id')
    .execute()
  const rules = await db
    .selectFrom('notification_rule')
    .select(['person_id', 'type', 'method', 'contact_id', 'delay_minutes'])
    .where('person_id', 'in', wanted)
    .where('list', '=', 'alerts')
    .orderBy('delay_minutes')
    .orderBy('id')
    .execute()
  const reach = new Map<number, PersonReach>()
  for (const row of contacts) {
    const known = reach.get(row.person_id) ?? { contacts: [], rules: [] }
    known.contacts.push({
      id: row.id,
      stored: row.method,
      target: row.target,
      isUsable: row.verified_at !== null && row.broken_at === null,
      ...(row.broken_at !== null
        ? { trouble: 'is broken' }
        : row.verified_at === null
          ? { trouble: 'is not verified' }
          : {}),
    })
    reach.set(row.person_id, known)
  }
  for (const row of rules) {
    reach.get(row.person_id)?.rules.push({
      type: row.type,
      method: row.method as ChannelMethod,
      contactId: row.contact_id,
      delayMinutes: row.delay_minutes,
    })
  }
  return reach
}

/** How each of these people is reached about an alert of this priority; whoever cannot be reached is left out. */
export async function waysToReach(
  db: Database | Tx,
  personIds: readonly number[],
  priority: 'HIGH' | 'LOW',
): Promise<Map<number, Ways>> {
  const reach = await reachOf(db, personIds)
  const found = [...reach].map(([id, { contacts, rules }]) => [id, decideWays(priority, contacts, rules)] as const)
  return new Map(found.filter(([, { ways }]) => ways.length > 0))
}

/** How each of these people hears of news that nobody has to answer; whoever cannot be reached is left out. */
export async function newsWays(db: Database | Tx, personIds: readonly number[]): Promise<Map<number, Ways>> {
  const reach = await reachOf(db, personIds)
  return new Map(
    [...reach].flatMap(([id, { contacts }]) => {
      const way = decideNewsWay(contacts)
      return way ? [[id, { ways: [way], warning: null }] as const] : []
    }),
  )
}
