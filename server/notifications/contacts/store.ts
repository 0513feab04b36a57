import type { Selectable } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import type { ContactCodeTable, ContactTable } from '../../database/tables.ts'
import { isRowId, isStorable } from '../../database/values.ts'
import type { Secrets } from '../../runtime/secrets.ts'
import { kindOf, methodsOf, statusOf } from './decide.ts'
import type { Contact } from './schema.ts'

export type ContactRow = Selectable<ContactTable>
export type ContactCodeRow = Selectable<ContactCodeTable>

/** A person's contacts, oldest first; of one kind when it is named. */
export async function contactsOf(db: Database | Tx, personId: number, stored?: string): Promise<ContactRow[]> {
  let query = db
    .selectFrom('contact')
    .selectAll()
    .where('person_id', '=', personId)
    .where('removed_at', 'is', null)
    .orderBy('id')
  if (stored !== undefined) query = query.where('method', '=', stored)
  return query.execute()
}

/** One contact of a person. */
export async function contactById(db: Database | Tx, personId: number, id: number): Promise<ContactRow | null> {
  if (!isRowId(id)) return null
  const row = await db
    .selectFrom('contact')
    .selectAll()
    .where('id', '=', id)
    .where('person_id', '=', personId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** One contact of a person, locked until the transaction ends. */
export async function lockContact(tx: Tx, personId: number, id: number): Promise<ContactRow | null> {
  if (!isRowId(id)) return null
  const row = await tx
    .selectFrom('contact')
    .selectAll()
    .where('id', '=', id)
    .where('person_id', '=', personId)
    .where('removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** The verified contact of a living person that has this address. */
export async function contactByTarget(db: Database | Tx, stored: string, target: string): Promise<ContactRow | null> {
  if (!isStorable(target)) return null
  const row = await db
    .selectFrom('contact')
    .innerJoin('person', 'person.id', 'contact.person_id')
    .selectAll('contact')
    .where('contact.method', '=', stored)
    .where('contact.target', '=', target)
    .where('contact.removed_at', 'is', null)
    .where('contact.verified_at', 'is not', null)
    .where('person.deleted_at', 'is', null)
    .orderBy('contact.id')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

export interface ContactValues {
  stored: string
  target: string
  regionCode: string | null
  isPrimary: boolean
}

/** Adds a contact that waits for its code; null when the person has it already. One that was removed comes back unverified. */
export async function insertContact(
  tx: Tx,
  personId: number,
  values: ContactValues,
  now: Date,
): Promise<ContactRow | null> {
  const fresh = { verified_at: null, broken_at: null, broken_reason: null, removed_at: null, sealed_target: null }
  const row = await tx
    .insertInto('contact')
    .values({
      person_id: personId,
      method: values.stored,
      target: values.target,
      region_code: values.regionCode,
      is_primary: values.isPrimary,
      created_at: now,
      ...fresh,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['person_id', 'method', 'target'])
        .doUpdateSet({ ...fresh, region_code: values.regionCode, is_primary: values.isPrimary })
        .where('contact.removed_at', 'is not', null),
    )
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** Changes what is stored of a contact. */
export async function changeContact(
  tx: Tx,
  id: number,
  change: Partial<Omit<ContactRow, 'id' | 'person_id' | 'created_at'>>,
): Promise<void> {
  await tx.updateTable('contact').set(change).where('id', '=', id).execute()
}

/** Removes a contact and every rule that names it. */
export async function removeContact(tx: Tx, id: number, now: Date): Promise<void> {
  await tx.deleteFrom('notification_rule').where('contact_id', '=', id).execute()
  await tx.deleteFrom('contact_code').where('contact_id', '=', id).execute()
  await changeContact(tx, id, { removed_at: now, sealed_target: null })
}

/** Marks a contact that nothing reaches; false when it was known already. */
export async function breakContact(tx: Tx, id: number, reason: string, now: Date): Promise<boolean> {
  const result = await tx
    .updateTable('contact')
    .set({ broken_at: now, broken_reason: reason })
    .where('id', '=', id)
    .where('broken_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Only one number of a person is the primary one. */
export async function clearPrimary(tx: Tx, personId: number, stored: string): Promise<void> {
  await tx
    .updateTable('contact')
    .set({ is_primary: false })
    .where('person_id', '=', personId)
    .where('method', '=', stored)
    .execute()
}

/** The code a contact waits for. */
export async function codeOf(tx: Tx, contactId: number): Promise<ContactCodeRow | null> {
  const row = await tx
    .selectFrom('contact_code')
    .selectAll()
    .where('contact_id', '=', contactId)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** Remembers which code was sent last. */
export async function saveCode(tx: Tx, code: ContactCodeRow): Promise<void> {
  const { contact_id, ...rest } = code
  await tx
    .insertInto('contact_code')
    .values({ contact_id, ...rest })
    .onConflict((conflict) => conflict.column('contact_id').doUpdateSet(rest))
    .execute()
}

/** Counts a wrong code. */
export async function countWrongCode(tx: Tx, contactId: number): Promise<void> {
  await tx
    .updateTable('contact_code')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('contact_id', '=', contactId)
    .execute()
}

/** Where the secret address of a contact is sealed. */
function placeOf(id: number) {
  return { table: 'contact', row: String(id), field: 'sealed_target' }
}

/** Seals a secret address. */
export function sealTarget(secrets: Secrets, id: number, text: string): Buffer {
  return secrets.seal(text, placeOf(id))
}

/** The address messages go to; throws when it was sealed with another key. */
export function openTarget(secrets: Secrets, row: Pick<ContactRow, 'id' | 'target' | 'sealed_target'>): string {
  return row.sealed_target === null ? row.target : secrets.open(row.sealed_target, placeOf(row.id))
}

/** A contact as the API shows it. */
export function contactView(row: ContactRow): Contact {
  return {
    id: row.id,
    kind: kindOf(row.method),
    target: row.target,
    status: statusOf(row),
    methods: [...methodsOf(row.method)],
    regionCode: row.region_code,
    primary: row.is_primary,
    verified: row.verified_at !== null,
    brokenReason: row.broken_reason,
    createdAt: row.created_at.toISOString(),
  }
}

/** Whose a contact is. */
export async function personOfContact(tx: Tx, id: number): Promise<{ personId: number; target: string } | null> {
  const row = await tx.selectFrom('contact').select(['person_id', 'target']).where('id', '=', id).executeTakeFirst()
  return row ? { personId: row.person_id, target: row.target } : null
}

const WATCHERS_MAX = 10

/** Who looks after a person's being reachable: the admins of their teams, else the installation's. */
export async function watchersOf(tx: Tx, personId: number): Promise<number[]> {
  const teamAdmins = await tx
    .selectFrom('team_member as own')
    .innerJoin('team_member as other', 'other.team_id', 'own.team_id')
    .innerJoin('person', 'person.id', 'other.person_id')
    .select('other.person_id as id')
    .distinct()
    .where('own.person_id', '=', personId)
    .where('other.role', '=', 'ADMIN')
    .where('other.person_id', '<>', personId)
    .where('person.deleted_at', 'is', null)
    .orderBy('id')
    .limit(WATCHERS_MAX)
    .execute()
  if (teamAdmins.length > 0) return teamAdmins.map((row) => row.id)
  const admins = await tx
    .selectFrom('person')
    .select('id')
    .where('role', 'in', ['OWNER', 'ADMIN'])
    .where('deleted_at', 'is', null)
    .where('id', '<>', personId)
    .orderBy('id')
    .limit(WATCHERS_MAX)
    .execute()
  return admins.map((row) => row.id)
}
