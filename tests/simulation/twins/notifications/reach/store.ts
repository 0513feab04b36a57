import type { ChannelMethod } from '../../../../../server/channels/schema.ts'
import { decideNewsWay, decideWays } from '../../../../../server/notifications/reach/decide.ts'
import type * as real from '../../../../../server/notifications/reach/store.ts'
import type { MemoryTables } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/notifications/reach/store.ts'

/** How each of these people is reached, and by which rules. */
export function reach(tables: MemoryTables, personIds: readonly number[]): Map<number, real.PersonReach> {
  const people = [...new Set(personIds)].filter((id) => tables.person.get(id)?.deleted_at === null)
  const contacts = people.flatMap((id) => [...tables.contactsOfPerson.of(id)]).filter((row) => row.removed_at === null)
  const found = new Map<number, real.PersonReach>()
  for (const row of contacts.sort((one, other) => one.id - other.id)) {
    const known = found.get(row.person_id) ?? { contacts: [], rules: [] }
    const isUsable = row.verified_at !== null && row.broken_at === null
    known.contacts.push({ id: row.id, stored: row.method, target: row.target, isUsable, ...troubleOf(row) })
    found.set(row.person_id, known)
  }
  for (const [id, { rules }] of found) {
    const own = [...tables.rulesOfPerson.of(id)].filter((row) => row.list === 'alerts')
    own.sort((one, other) => one.delay_minutes - other.delay_minutes || one.id - other.id)
    for (const row of own) {
      const { type, contact_id: contactId, delay_minutes: delayMinutes } = row
      rules.push({ type, method: row.method as ChannelMethod, contactId, delayMinutes })
    }
  }
  return found
}

function troubleOf(row: { broken_at: Date | null; verified_at: Date | null }): { trouble?: string } {
  if (row.broken_at !== null) return { trouble: 'is broken' }
  return row.verified_at === null ? { trouble: 'is not verified' } : {}
}

export const reachOf = twin((tables, personIds: readonly number[]) =>
  reach(tables, personIds),
) satisfies typeof real.reachOf

export const waysToReach = twin((tables, personIds: readonly number[], priority: 'HIGH' | 'LOW') => {
  const found = [...reach(tables, personIds)].map(
    ([id, { contacts, rules }]) => [id, decideWays(priority, contacts, rules)] as const,
  )
  return new Map(found.filter(([, { ways }]) => ways.length > 0))
}) satisfies typeof real.waysToReach

export const newsWays = twin(
  (tables, personIds: readonly number[]) =>
    new Map(
      [...reach(tables, personIds)].flatMap(([id, { contacts }]) => {
        const way = decideNewsWay(contacts)
        return way ? [[id, { ways: [way], warning: null }] as const] : []
      }),
    ),
) satisfies typeof real.newsWays
