import type * as real from '../../../../../server/notifications/last-resort/store.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/notifications/last-resort/store.ts'

export const chosenPeople = twin((tables) =>
  [...tables.last_resort_person.rows]
    .map((row) => row.person_id)
    .filter((id) => tables.person.get(id)?.deleted_at === null)
    .sort((one, other) => one - other),
) satisfies typeof real.chosenPeople

const OWNERS_MAX = 25

export const ownersAndAdmins = twin((tables) =>
  [...tables.person.rows]
    .filter((row) => (row.role === 'OWNER' || row.role === 'ADMIN') && row.deleted_at === null)
    .map((row) => row.id)
    .sort((one, other) => one - other)
    .slice(0, OWNERS_MAX),
) satisfies typeof real.ownersAndAdmins

export const markUnattended = twin((tables, alertId: number, now: Date) => {
  const row = tables.alert.get(alertId)
  if (row) tables.alert.update(row, { unattended_since: now })
}) satisfies typeof real.markUnattended

export const isAboutUnattended = twin((tables, alertId: number) => {
  const row = tables.alert.get(alertId)
  return row?.alert_key === 'unattended' && tables.alert_source.get(row.alert_source_id)?.integration_type === 'SELF'
}) satisfies typeof real.isAboutUnattended
