import type { Database, Tx } from '../../database/connection.ts'

/** The people who were chosen and are still here; empty when nobody was chosen or nobody is left. */
export async function chosenPeople(db: Database | Tx): Promise<number[]> {
  const rows = await db
    .selectFrom('last_resort_person')
    .innerJoin('person', 'person.id', 'last_resort_person.person_id')
    .select('person.id')
    .where('person.deleted_at', 'is', null)
    .orderBy('person.id')
    .execute()
  return rows.map((row) => row.id)
}

const OWNERS_MAX = 25

/** Owners and admins: who is told when nobody was chosen. */
export async function ownersAndAdmins(db: Database | Tx): Promise<number[]> {
  const rows = await db
    .selectFrom('person')
    .select('id')
    .where('role', 'in', ['OWNER', 'ADMIN'])
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(OWNERS_MAX)
    .execute()
  return rows.map((row) => row.id)
}

/** Replaces who was chosen. */
export async function choosePeople(tx: Tx, personIds: readonly number[]): Promise<void> {
  await tx.deleteFrom('last_resort_person').execute()
  if (personIds.length === 0) return
  await tx
    .insertInto('last_resort_person')
    .values(personIds.map((id) => ({ person_id: id })))
    .execute()
}

/** Marks an alert nobody answered; it stays open. */
export async function markUnattended(tx: Tx, alertId: number, now: Date): Promise<void> {
  await tx.updateTable('alert').set({ unattended_since: now }).where('id', '=', alertId).execute()
}

/** True for the alert that says that others are unattended: the last resort was told of those. */
export async function isAboutUnattended(tx: Tx, alertId: number): Promise<boolean> {
  const row = await tx
    .selectFrom('alert')
    .innerJoin('alert_source', 'alert_source.id', 'alert.alert_source_id')
    .select('alert.id')
    .where('alert.id', '=', alertId)
    .where('alert.alert_key', '=', 'unattended')
    .where('alert_source.integration_type', '=', 'SELF')
    .executeTakeFirst()
  return row !== undefined
}
