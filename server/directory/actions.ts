import { type Actor, requireRight } from '../access/actor.ts'
import { hashPassword } from '../access/password.ts'
import { viewerOf } from '../access/sight.ts'
import { audit } from '../audit/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { requireStorable } from '../database/values.ts'
import { policyNamesOfTeam } from '../escalation/policies/store.ts'
import { invariant } from '../runtime/invariant.ts'
import { fieldProblem, Problem } from '../runtime/problem.ts'
import { addMinutes } from '../runtime/time.ts'
import { MUTE_DAYS_MAX, TEAM_MEMBERS_MAX, type Team, type TeamInput, type User, type UserInput } from './schema.ts'
import {
  changePerson,
  changeTeam,
  createPerson,
  deleteTeamRow,
  emailTaken,
  endSessions,
  holdPeople,
  insertTeam,
  lockPerson,
  lockTeam,
  type MemberRow,
  moveEmailContact,
  type PersonRow,
  personByEmail,
  putMember,
  removeMember,
  replaceMembers,
  setPasswordHash,
  teamById,
  userById,
  violates,
} from './store.ts'

/** Adds a person; without a password they are paged but cannot sign in. */
export async function addUser(db: Database, actor: Actor, input: UserInput, now: Date): Promise<User> {
  requireRight(actor, 'manage')
  requireStorable(textsOf(input))
  const passwordHash = input.password === undefined ? null : await hashPassword(input.password)
  return db.transaction().execute(async (tx) => {
    const person = {
      firstName: input.firstName,
      lastName: input.lastName,
      email: input.email,
      role: input.role ?? 'USER',
      timezone: input.timezone ?? 'UTC',
      language: input.language ?? 'en',
      position: input.position ?? '',
      department: input.department ?? '',
      passwordHash,
    }
    const id = await createPerson(tx, person, now)
    await auditPerson(tx, actor, 'created', id, { email: person.email, role: person.role }, now)
    return savedUser(tx, id)
  })
}

/** Replaces what is known of a person. What has no empty value (role, time zone, language, password) stays when absent. */
export async function replaceUser(db: Database, actor: Actor, id: number, input: UserInput, now: Date): Promise<User> {
  const isSelf = actor.kind === 'person' && actor.personId === id
  if (!isSelf) requireRight(actor, 'manage')
  requireStorable(textsOf(input))
  const passwordHash = input.password === undefined ? null : await hashPassword(input.password)
  return db.transaction().execute(async (tx) => {
    const before = await lockPerson(tx, id)
    if (!before) throw noSuchPerson()
    const after = {
      first_name: input.firstName,
      last_name: input.lastName,
      email: input.email,
      role: roleAfter(before.role, input.role, isSelf),
      timezone: input.timezone ?? before.timezone,
      language: input.language ?? before.language,
      position: input.position ?? '',
      department: input.department ?? '',
    }
    await changePerson(tx, id, after, now).catch((cause) => {
      throw violates(cause, 'person_email') ? emailTaken(input.email) : cause
    })
    if (after.email !== before.email) await moveEmailContact(tx, id, before.email, after.email, now)
    if (passwordHash !== null) await setPasswordHash(tx, id, passwordHash, now)
    // A session begun under one role does not go on under another (WEB-2).
    if (after.role !== before.role) await endSessions(tx, id)
    const changed = [...changedFields(before, after), ...(passwordHash === null ? [] : ['password'])]
    await auditPerson(tx, actor, 'changed', id, { changed }, now)
    await tellLive(tx, { kind: 'status' })
    return savedUser(tx, id)
  })
}

/** Says until when policies do not ask a person; null ends it. */
export async function muteUser(db: Database, actor: Actor, id: number, until: Date | null, now: Date): Promise<User> {
  if (!(actor.kind === 'person' && actor.personId === id)) requireRight(actor, 'manage')
  if (until !== null && until <= now) throw fieldProblem('mutedUntil', 'It lies in the past.')
  if (until !== null && until > addMinutes(now, MUTE_DAYS_MAX * 24 * 60)) {
    throw fieldProblem('mutedUntil', `It lies more than ${MUTE_DAYS_MAX} days ahead.`)
  }
  return db.transaction().execute(async (tx) => {
    if (!(await lockPerson(tx, id))) throw noSuchPerson()
    await changePerson(tx, id, { muted_until: until }, now)
    await auditPerson(tx, actor, until === null ? 'unmuted' : 'muted', id, { until }, now)
    await tellLive(tx, { kind: 'status' })
    return savedUser(tx, id)
  })
}

/** Whom a path names: a number, an e-mail address, or `current` for oneself. */
export async function personIdOf(db: Database, actor: Actor, key: string): Promise<number> {
  if (key === 'current') {
    if (actor.kind === 'person') return actor.personId
    throw new Problem('not-found', 'This API key belongs to the service Automation, which is not a person.')
  }
  if (/^\d{1,15}$/.test(key)) return Number(key)
  const person = await personByEmail(db, key)
  if (!person) throw noSuchPerson()
  return person.id
}

/** The answer to an id that nobody has. */
export function noSuchPerson(): Problem {
  return new Problem('not-found', 'There is no such person.')
}

/** The answer to a team that does not exist. */
export function noSuchTeam(): Problem {
  return new Problem('not-found', 'There is no such team.')
}

/** The role a person has after a change; throws when it is not theirs to change. */
export function roleAfter(before: string, wanted: string | undefined, isSelf: boolean): string {
  if (wanted === undefined || wanted === before) return before
  if (before === 'OWNER') throw fieldProblem('role', 'The owner keeps the role Owner.')
  if (isSelf) throw new Problem('not-allowed', 'Nobody changes their own role: ask somebody else with the role Admin.')
  return wanted
}

const NAMES_SHOWN = 3

/** Up to three names in one phrase, and how many more there are. */
export function someOf(names: readonly string[]): string {
  const rest = names.length - NAMES_SHOWN
  const shown = rest > 0 ? [...names.slice(0, NAMES_SHOWN), `${rest} more`] : names
  return new Intl.ListFormat('en-GB').format(shown)
}

/** Adds a team. */
export async function addTeam(db: Database, actor: Actor, input: TeamInput, now: Date): Promise<Team> {
  requireRight(actor, 'edit')
  requireStorable({ name: input.name })
  return db.transaction().execute(async (tx) => {
    const members = withCreator(actor, input, await membersOf(tx, input.members ?? []))
    const id = await insertTeam(tx, { name: input.name, visibility: input.visibility }, now)
    if (id === null) throw nameTaken(input.name)
    await replaceMembers(tx, id, members)
    await auditTeam(tx, actor, 'created', id, { name: input.name, members: members.length }, now)
    return savedTeam(tx, id)
  })
}

/** Nobody makes a private team they cannot see. */
function withCreator(actor: Actor, { visibility }: TeamInput, members: readonly MemberRow[]): readonly MemberRow[] {
  const needs = visibility === 'PRIVATE' && actor.kind === 'person' && viewerOf(actor).sees !== 'everything'
  if (!needs || members.some((member) => member.personId === actor.personId)) return members
  return [...members, { personId: actor.personId, role: 'ADMIN' }]
}

/** Replaces a team. Members that are absent or null stay as they are. */
export async function replaceTeam(db: Database, actor: Actor, id: number, input: TeamInput, now: Date): Promise<Team> {
  requireRight(actor, 'edit')
  requireStorable({ name: input.name })
  return db.transaction().execute(async (tx) => {
    if (!(await lockTeam(tx, id))) throw noSuchTeam()
    const members = input.members ? await membersOf(tx, input.members) : null
    await changeTeam(tx, id, { name: input.name, visibility: input.visibility }, now).catch((cause) => {
      throw violates(cause, 'team_name') ? nameTaken(input.name) : cause
    })
    if (members) await replaceMembers(tx, id, members)
    await auditTeam(tx, actor, 'changed', id, { name: input.name, ...(members && { members: members.length }) }, now)
    return savedTeam(tx, id)
  })
}

/** Deletes a team; its people, sources and policies stay. */
export async function deleteTeam(db: Database, actor: Actor, id: number, now: Date): Promise<void> {
  requireRight(actor, 'edit')
  await db.transaction().execute(async (tx) => {
    const team = await lockTeam(tx, id)
    if (!team) throw noSuchTeam()
    const policies = await policyNamesOfTeam(tx, id)
    if (policies.length > 0) {
      const which = policies.length === 1 ? 'The escalation policy' : 'The escalation policies'
      const verb = policies.length === 1 ? 'asks' : 'ask'
      throw new Problem('in-use', `${which} ${someOf(policies)} ${verb} ${team.name}. Put something else there first.`)
    }
    await deleteTeamRow(tx, id)
    await auditTeam(tx, actor, 'deleted', id, { name: team.name }, now)
  })
}

/** Puts one person into a team, or gives them another role there. */
export async function addTeamMember(
  db: Database,
  actor: Actor,
  teamId: number,
  member: MemberRow,
  now: Date,
): Promise<Team> {
  requireRight(actor, 'edit')
  return db.transaction().execute(async (tx) => {
    if (!(await lockTeam(tx, teamId))) throw noSuchTeam()
    const people = await holdPeople(tx, [member.personId])
    if (!people.has(member.personId)) throw fieldProblem('user.id', `There is no person ${member.personId}.`)
    await putMember(tx, teamId, member)
    await changeTeam(tx, teamId, {}, now)
    const team = await savedTeam(tx, teamId)
    if (team.members.length > TEAM_MEMBERS_MAX) {
      throw fieldProblem('user', `A team has at most ${TEAM_MEMBERS_MAX} members.`)
    }
    await auditTeam(tx, actor, 'member-added', teamId, { ...member }, now)
    return team
  })
}

/** Takes one person out of a team. */
export async function removeTeamMember(
  db: Database,
  actor: Actor,
  teamId: number,
  personId: number,
  now: Date,
): Promise<void> {
  requireRight(actor, 'edit')
  await db.transaction().execute(async (tx) => {
    if (!(await lockTeam(tx, teamId))) throw noSuchTeam()
    if (!(await removeMember(tx, teamId, personId))) {
      throw new Problem('not-found', 'This person is not in the team.')
    }
    await changeTeam(tx, teamId, {}, now)
    await auditTeam(tx, actor, 'member-removed', teamId, { personId }, now)
  })
}

async function membersOf(tx: Tx, members: NonNullable<TeamInput['members']>): Promise<MemberRow[]> {
  const people = await holdPeople(
    tx,
    members.map((member) => member.user.id),
  )
  const unknown = members.findIndex((member) => !people.has(member.user.id))
  if (unknown >= 0) {
    throw fieldProblem(`members.${unknown}.user.id`, `There is no person ${members[unknown]?.user.id}.`)
  }
  // Somebody named twice is one member, with the role named last.
  const roles = new Map(members.map((member) => [member.user.id, member.role]))
  return [...roles].map(([personId, role]) => ({ personId, role }))
}

function textsOf(input: UserInput): Record<string, string | undefined> {
  const { firstName, lastName, position, department } = input
  return { firstName, lastName, position, department }
}

function changedFields(before: PersonRow, after: Partial<PersonRow>): string[] {
  return Object.entries(after)
    .filter(([field, value]) => before[field as keyof PersonRow] !== value)
    .map(([field]) => field)
}

function nameTaken(name: string): Problem {
  const message = `There is a team called ${name} already.`
  return new Problem('name-taken', message, { errors: [{ field: 'name', message }] })
}

async function savedUser(tx: Tx, id: number): Promise<User> {
  const user = await userById(tx, id)
  invariant(user, 'a person just saved is there')
  return user
}

async function savedTeam(tx: Tx, id: number): Promise<Team> {
  const team = await teamById(tx, id)
  invariant(team, 'a team just saved is there')
  return team
}

async function auditPerson(
  tx: Tx,
  actor: Actor,
  verb: string,
  id: number,
  details: Record<string, unknown>,
  now: Date,
): Promise<void> {
  await audit(tx, actor, { action: `person.${verb}`, objectType: 'person', objectId: id, details }, now)
}

async function auditTeam(
  tx: Tx,
  actor: Actor,
  verb: string,
  id: number,
  details: Record<string, unknown>,
  now: Date,
): Promise<void> {
  await audit(tx, actor, { action: `team.${verb}`, objectType: 'team', objectId: id, details }, now)
}
