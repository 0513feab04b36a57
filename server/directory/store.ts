import { type Selectable, sql } from 'kysely'
import { seesPerson, seesTeam, type Viewer } from '../access/sight.ts'
import type { Database, Tx } from '../database/connection.ts'
import type { PersonTable, TeamTable } from '../database/tables.ts'
import { isRowId, isStorable } from '../database/values.ts'
import { fieldProblem } from '../runtime/problem.ts'
import { type PersonReference, Role, Team, TeamMember, User } from './schema.ts'

export type PersonRow = Selectable<PersonTable>
export type TeamRow = Selectable<TeamTable>
type Page = { offset: number; limit: number }

/** True when a change was refused because this unique index has such a row already. */
export function violates(cause: unknown, index: string): boolean {
  return cause instanceof Error && 'constraint' in cause && cause.constraint === index
}

/** Living people by id; who was deleted is left out. */
export async function peopleByIds(db: Database | Tx, ids: readonly number[]): Promise<PersonReference[]> {
  const wanted = ids.filter(isRowId)
  if (wanted.length === 0) return []
  const rows = await db
    .selectFrom('person')
    .select(['id', 'first_name', 'last_name', 'email'])
    .where('id', 'in', wanted)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map(referenceOf)
}

/** People by id; who was deleted keeps the name under which things happened. */
export async function everKnownPeople(db: Database | Tx, ids: Iterable<number>): Promise<Map<number, PersonReference>> {
  const wanted = [...new Set(ids)].filter(isRowId)
  if (wanted.length === 0) return new Map()
  const rows = await db
    .selectFrom('person')
    .select(['id', 'first_name', 'last_name', 'email'])
    .where('id', 'in', wanted)
    .execute()
  return new Map(rows.map((row) => [row.id, referenceOf(row)]))
}

/** Until when people do not want to be asked, those who ever said so. */
export async function mutedPeople(db: Database | Tx, ids: readonly number[]): Promise<Map<number, Date>> {
  const wanted = ids.filter(isRowId)
  if (wanted.length === 0) return new Map()
  const rows = await db
    .selectFrom('person')
    .select(['id', 'muted_until'])
    .where('id', 'in', wanted)
    .where('muted_until', 'is not', null)
    .execute()
  return new Map(rows.flatMap((row) => (row.muted_until ? [[row.id, row.muted_until] as const] : [])))
}

/** Teams by id with the members who answer alerts, in the order they were added to the installation. */
export async function teamResponders(
  db: Database | Tx,
  ids: readonly number[],
): Promise<{ id: number; name: string; memberIds: number[] }[]> {
  const wanted = ids.filter(isRowId)
  if (wanted.length === 0) return []
  const teams = await db.selectFrom('team').select(['id', 'name']).where('id', 'in', wanted).execute()
  const members = await db
    .selectFrom('team_member')
    .innerJoin('person', 'person.id', 'team_member.person_id')
    .select(['team_member.team_id', 'person.id'])
    .where('team_member.team_id', 'in', wanted)
    .where('team_member.role', '<>', 'STAKEHOLDER')
    .where('person.deleted_at', 'is', null)
    .orderBy('person.id')
    .execute()
  return teams.map((team) => ({
    ...team,
    memberIds: members.filter((member) => member.team_id === team.id).map(({ id }) => id),
  }))
}

/** Living people by id, kept alive until the transaction ends. */
export async function holdPeople(tx: Tx, ids: readonly number[]): Promise<Set<number>> {
  const wanted = ids.filter(isRowId)
  if (wanted.length === 0) return new Set()
  const rows = await tx
    .selectFrom('person')
    .select('id')
    .where('id', 'in', wanted)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .forKeyShare()
    .execute()
  return new Set(rows.map((row) => row.id))
}

/** Contacts of living people that were verified and are not broken. */
export async function usableContacts(
  db: Database | Tx,
  personIds: readonly number[],
): Promise<{ id: number; personId: number }[]> {
  const wanted = personIds.filter(isRowId)
  if (wanted.length === 0) return []
  return db
    .selectFrom('contact')
    .innerJoin('person', 'person.id', 'contact.person_id')
    .select(['contact.id', 'contact.person_id as personId'])
    .where('contact.person_id', 'in', wanted)
    .where('contact.verified_at', 'is not', null)
    .where('contact.broken_at', 'is', null)
    .where('contact.removed_at', 'is', null)
    .where('person.deleted_at', 'is', null)
    .orderBy('contact.id')
    .execute()
}

/** One living person with everything that is stored, the password's hash too. */
export async function personById(db: Database | Tx, id: number): Promise<PersonRow | null> {
  if (!isRowId(id)) return null
  const row = await db
    .selectFrom('person')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** The living person with this e-mail address, in any case. */
export async function personByEmail(db: Database | Tx, email: string): Promise<PersonRow | null> {
  if (!isStorable(email)) return null
  const row = await db
    .selectFrom('person')
    .selectAll()
    .where(sql`lower(email)`, '=', sql`lower(${email})`)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** One living person, locked until the transaction ends. */
export async function lockPerson(tx: Tx, id: number): Promise<PersonRow | null> {
  if (!isRowId(id)) return null
  const row = await tx
    .selectFrom('person')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** One living person as the API shows them. */
export async function userById(db: Database | Tx, id: number): Promise<User | null> {
  const row = await personById(db, id)
  return row && userOf(row)
}

/** A page of the living people this viewer sees, oldest first. */
export async function listPeople(db: Database | Tx, viewer: Viewer, page: Page): Promise<PersonRow[]> {
  return db
    .selectFrom('person')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where(seesPerson(viewer))
    .orderBy('id')
    .offset(page.offset)
    .limit(page.limit)
    .execute()
}

export interface NewPerson {
  firstName: string
  lastName: string
  email: string
  role: Role
  timezone: string
  language: 'en' | 'de'
  position?: string
  department?: string
  passwordHash: string | null
}

/** Adds a person, reachable by mail at once: whoever adds them vouches for the address. Returns their id. */
export async function createPerson(tx: Tx, person: NewPerson, now: Date): Promise<number> {
  const row = await tx
    .insertInto('person')
    .values({
      first_name: person.firstName,
      last_name: person.lastName,
      email: person.email,
      password_hash: person.passwordHash,
      role: person.role,
      timezone: person.timezone,
      language: person.language,
      position: person.position ?? '',
      department: person.department ?? '',
      created_at: now,
      updated_at: now,
      deleted_at: null,
      quiet_from: null,
      quiet_to: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!row) throw emailTaken(person.email)
  await addFirstRules(tx, row.id, await addEmailContact(tx, row.id, person.email, now), now)
  return row.id
}

/** A new person hears of every alert by e-mail at once, until they choose otherwise: nobody is unreachable. */
async function addFirstRules(tx: Tx, personId: number, contactId: number, now: Date): Promise<void> {
  const rule = { person_id: personId, list: 'alerts', method: 'EMAIL', contact_id: contactId, created_at: now }
  await tx
    .insertInto('notification_rule')
    .values(['HIGH_PRIORITY', 'LOW_PRIORITY'].map((type) => ({ ...rule, type, delay_minutes: 0, before_minutes: 0 })))
    .execute()
}

/** Told when another living person has the address. */
export function emailTaken(email: string): Error {
  return fieldProblem('email', `Somebody with the address ${email} is there already.`)
}

/** Changes what is stored of a person. */
export async function changePerson(
  tx: Tx,
  id: number,
  change: Partial<Omit<PersonRow, 'id' | 'created_at' | 'updated_at'>>,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('person')
    .set({ ...change, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Moves a person's mail to another address. The contact stays the same one: pages that name it stay true. */
export async function moveEmailContact(tx: Tx, personId: number, from: string, to: string, now: Date): Promise<void> {
  const result = await tx
    .updateTable('contact')
    .set({ target: to, verified_at: now, broken_at: null, broken_reason: null })
    .where('person_id', '=', personId)
    .where('method', '=', 'EMAIL')
    .where('target', '=', from)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (result.numUpdatedRows === 0n) await addEmailContact(tx, personId, to, now)
}

async function addEmailContact(tx: Tx, personId: number, target: string, now: Date): Promise<number> {
  const vouched = { verified_at: now, broken_at: null, broken_reason: null, removed_at: null }
  const row = await tx
    .insertInto('contact')
    .values({
      person_id: personId,
      method: 'EMAIL',
      target,
      created_at: now,
      region_code: null,
      sealed_target: null,
      ...vouched,
    })
    .onConflict((conflict) => conflict.columns(['person_id', 'method', 'target']).doUpdateSet(vouched))
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Gives a person another password, and signs them out everywhere. */
export async function setPasswordHash(tx: Tx, personId: number, passwordHash: string | null, now: Date): Promise<void> {
  await changePerson(tx, personId, { password_hash: passwordHash }, now)
  await endSessions(tx, personId)
}

/** Signs a person out everywhere. */
export async function endSessions(tx: Tx, personId: number): Promise<void> {
  await tx.deleteFrom('session').where('person_id', '=', personId).execute()
}

/** Takes a person out of every team. */
export async function leaveTeams(tx: Tx, personId: number): Promise<void> {
  await tx.deleteFrom('team_member').where('person_id', '=', personId).execute()
}

/** A page of the teams this viewer sees with their members, oldest first. */
export async function listTeams(db: Database | Tx, viewer: Viewer, page: Page): Promise<Team[]> {
  const rows = await db
    .selectFrom('team')
    .selectAll()
    .where(seesTeam(viewer))
    .orderBy('id')
    .offset(page.offset)
    .limit(page.limit)
    .execute()
  return withMembers(db, rows)
}

/** One team with its members. */
export async function teamById(db: Database | Tx, id: number): Promise<Team | null> {
  if (!isRowId(id)) return null
  const rows = await db.selectFrom('team').selectAll().where('id', '=', id).execute()
  return (await withMembers(db, rows))[0] ?? null
}

/** The team of this name, in any case. */
export async function teamByName(db: Database | Tx, name: string): Promise<Team | null> {
  if (!isStorable(name)) return null
  const rows = await db.selectFrom('team').selectAll().where(sql`lower(name)`, '=', sql`lower(${name})`).execute()
  return (await withMembers(db, rows))[0] ?? null
}

/** Which of these teams exist, by id; kept until the transaction ends. */
export async function holdTeams(tx: Tx, ids: readonly number[]): Promise<Set<number>> {
  const wanted = ids.filter(isRowId)
  if (wanted.length === 0) return new Set()
  const rows = await tx.selectFrom('team').select('id').where('id', 'in', wanted).orderBy('id').forKeyShare().execute()
  return new Set(rows.map((row) => row.id))
}

/** One team's own row, locked until the transaction ends. */
export async function lockTeam(tx: Tx, id: number): Promise<TeamRow | null> {
  if (!isRowId(id)) return null
  const row = await tx.selectFrom('team').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row ?? null
}

/** Adds a team without members; null when the name is taken. */
export async function insertTeam(
  tx: Tx,
  team: { name: string; visibility: string },
  now: Date,
): Promise<number | null> {
  const row = await tx
    .insertInto('team')
    .values({ ...team, created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** Changes what is stored of a team. */
export async function changeTeam(
  tx: Tx,
  id: number,
  change: { name?: string; visibility?: string },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('team')
    .set({ ...change, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Removes a team; its people stay. */
export async function deleteTeamRow(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('team').where('id', '=', id).execute()
}

export type MemberRow = { personId: number; role: string }

/** Replaces a team's members. */
export async function replaceMembers(tx: Tx, teamId: number, members: readonly MemberRow[]): Promise<void> {
  await tx.deleteFrom('team_member').where('team_id', '=', teamId).execute()
  if (members.length === 0) return
  await tx
    .insertInto('team_member')
    .values(members.map((member) => ({ team_id: teamId, person_id: member.personId, role: member.role })))
    .execute()
}

/** Puts one person into a team, or gives them another role there. */
export async function putMember(tx: Tx, teamId: number, member: MemberRow): Promise<void> {
  await tx
    .insertInto('team_member')
    .values({ team_id: teamId, person_id: member.personId, role: member.role })
    .onConflict((conflict) => conflict.columns(['team_id', 'person_id']).doUpdateSet({ role: member.role }))
    .execute()
}

/** Takes one person out of a team; false when they were not in it. */
export async function removeMember(tx: Tx, teamId: number, personId: number): Promise<boolean> {
  if (!isRowId(personId)) return false
  const result = await tx
    .deleteFrom('team_member')
    .where('team_id', '=', teamId)
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

async function withMembers(db: Database | Tx, teams: readonly TeamRow[]): Promise<Team[]> {
  if (teams.length === 0) return []
  const ids = teams.map((team) => team.id)
  const rows = await db
    .selectFrom('team_member')
    .innerJoin('person', 'person.id', 'team_member.person_id')
    .select(['team_member.team_id', 'team_member.role', 'person.id', 'first_name', 'last_name', 'email'])
    .where('team_member.team_id', 'in', ids)
    .where('person.deleted_at', 'is', null)
    .orderBy('person.id')
    .execute()
  return teams.map((team) => ({
    id: team.id,
    name: team.name,
    visibility: Team.shape.visibility.parse(team.visibility),
    members: rows
      .filter((row) => row.team_id === team.id)
      .map((row) => ({ user: referenceOf(row), role: TeamMember.shape.role.parse(row.role) })),
    createdAt: team.created_at.toISOString(),
    updatedAt: team.updated_at.toISOString(),
  }))
}

function referenceOf(row: Pick<PersonRow, 'id' | 'first_name' | 'last_name' | 'email'>): PersonReference {
  return { id: row.id, firstName: row.first_name, lastName: row.last_name, email: row.email }
}

/** A person as the API shows them. */
export function userOf(row: PersonRow): User {
  return {
    ...referenceOf(row),
    username: row.email,
    role: Role.parse(row.role),
    timezone: row.timezone,
    language: User.shape.language.parse(row.language),
    position: row.position,
    department: row.department,
    mutedUntil: row.muted_until?.toISOString() ?? null,
    invitedAt: row.invited_at?.toISOString() ?? null,
    canSignIn: row.password_hash !== null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
