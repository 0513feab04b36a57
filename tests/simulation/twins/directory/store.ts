import type * as real from '../../../../server/directory/store.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/directory/store.ts'

export const peopleByIds = twin((tables, ids: readonly number[]) =>
  [...new Set(ids)]
    .sort((one, other) => one - other)
    .flatMap((id) => {
      const row = tables.person.get(id)
      return row?.deleted_at === null
        ? [{ id: row.id, firstName: row.first_name, lastName: row.last_name, email: row.email }]
        : []
    }),
) satisfies typeof real.peopleByIds

export const everKnownPeople = twin(
  (tables, ids: Iterable<number>) =>
    new Map(
      [...new Set(ids)].flatMap((id) => {
        const row = tables.person.get(id)
        if (!row) return []
        const { first_name: firstName, last_name: lastName, email } = row
        return [[id, { id, firstName, lastName, email }] as const]
      }),
    ),
) satisfies typeof real.everKnownPeople

export const mutedPeople = twin(
  (tables, ids: readonly number[]) =>
    new Map(
      [...new Set(ids)].flatMap((id) => {
        const until = tables.person.get(id)?.muted_until ?? null
        return until === null ? [] : [[id, until] as const]
      }),
    ),
) satisfies typeof real.mutedPeople

export const teamResponders = twin((tables, ids: readonly number[]) =>
  [...new Set(ids)].flatMap((id) => {
    const team = tables.team.get(id)
    if (!team) return []
    const memberIds = [...tables.team_member.rows]
      .filter((row) => row.team_id === id && row.role !== 'STAKEHOLDER')
      .map((row) => row.person_id)
      .filter((person) => tables.person.get(person)?.deleted_at === null)
      .sort((one, other) => one - other)
    return [{ id, name: team.name, memberIds }]
  }),
) satisfies typeof real.teamResponders

export const changePerson = twin((tables, id: number, change: Parameters<typeof real.changePerson>[2], now: Date) => {
  const row = tables.person.get(id)
  if (row) tables.person.update(row, { ...change, updated_at: now })
}) satisfies typeof real.changePerson
