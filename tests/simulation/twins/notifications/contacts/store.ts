import type * as real from '../../../../../server/notifications/contacts/store.ts'
import type { MemoryTables } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/notifications/contacts/store.ts'

type Change = Parameters<typeof real.changeContact>[2]

export const changeContact = twin((tables, id: number, change: Change) => {
  const row = tables.contact.get(id)
  if (row) tables.contact.update(row, change)
  else tables.noteShiftChange()
}) satisfies typeof real.changeContact

export const breakContact = twin((tables, id: number, reason: string, now: Date) => {
  const row = tables.contact.get(id)
  if (row?.broken_at !== null) {
    tables.noteShiftChange()
    return false
  }
  tables.contact.update(row, { broken_at: now, broken_reason: reason })
  return true
}) satisfies typeof real.breakContact

export const personOfContact = twin((tables, id: number) => {
  const row = tables.contact.get(id)
  return row && { personId: row.person_id, target: row.target }
}) satisfies typeof real.personOfContact

const WATCHERS_MAX = 10

export const watchersOf = twin((tables, personId: number) => {
  const members = [...tables.team_member.rows]
  const teams = new Set(members.filter((row) => row.person_id === personId).map((row) => row.team_id))
  const admins = members.filter((row) => teams.has(row.team_id) && row.role === 'ADMIN').map((row) => row.person_id)
  const ofTeams = living(tables, admins, personId)
  if (ofTeams.length > 0) return ofTeams
  const all = [...tables.person.rows].filter((row) => row.role === 'OWNER' || row.role === 'ADMIN')
  return living(
    tables,
    all.map((row) => row.id),
    personId,
  )
}) satisfies typeof real.watchersOf

function living(tables: MemoryTables, ids: readonly number[], but: number): number[] {
  return [...new Set(ids)]
    .filter((id) => id !== but && tables.person.get(id)?.deleted_at === null)
    .sort((one, other) => one - other)
    .slice(0, WATCHERS_MAX)
}
