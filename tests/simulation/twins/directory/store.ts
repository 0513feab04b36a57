import type * as real from '../../../../server/directory/store.ts'
import { twin } from '../../memory/twin.ts'

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

export const emailContacts = twin((tables, personIds: readonly number[]) =>
  [...new Set(personIds)]
    .sort((one, other) => one - other)
    .filter((id) => tables.person.get(id)?.deleted_at === null)
    .flatMap((id) =>
      [...tables.contactsOfPerson.of(id)]
        .filter((row) => row.method === 'EMAIL' && row.verified_at !== null)
        .sort((one, other) => one.id - other.id)
        .map((row) => ({ id: row.id, personId: row.person_id, target: row.target })),
    ),
) satisfies typeof real.emailContacts

export const changePerson = twin((tables, id: number, change: Parameters<typeof real.changePerson>[2], now: Date) => {
  const row = tables.person.get(id)
  if (row) tables.person.update(row, { ...change, updated_at: now })
}) satisfies typeof real.changePerson
