import { type Actor, requireRight } from '../access/actor.ts'
import type { Viewer } from '../access/sight.ts'
import { hiddenAmong } from '../access/sight-store.ts'
import { audit } from '../audit/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'
import { noSuchPerson, someOf } from '../directory/actions.ts'
import { changePerson, endSessions, everKnownPeople, holdPeople, leaveTeams, lockPerson } from '../directory/store.ts'
import { noSuchPolicy } from '../escalation/policies/actions.ts'
import {
  changeLevels,
  deletePolicyRow,
  lockDefaultPolicy,
  lockPolicy,
  policyRow,
} from '../escalation/policies/store.ts'
import { noSuchSchedule } from '../oncall/actions.ts'
import {
  changeSchedule,
  endDrawnShift,
  endOverride,
  holdSchedules,
  insertDrawnShift,
  insertOverride,
  loadSchedules,
  lockSchedule,
  type ScheduleRow,
  scheduleRow,
} from '../oncall/store.ts'
import { invariant } from '../runtime/invariant.ts'
import { fieldProblem, Problem } from '../runtime/problem.ts'
import { addTrace } from '../trace/store.ts'
import { editionsAhead, remainderOf, replaceInLayers, replaceInLevels } from './decide.ts'
import type { Use } from './schema.ts'
import {
  changeEdition,
  climbsNaming,
  editionsOf,
  giveSpan,
  insertEdition,
  isLastResort,
  moveToPolicy,
  policiesNaming,
  replaceLastResort,
  saveClimbPolicy,
  schedulesNaming,
  spansAhead,
  usesOfPolicy,
  withdrawRequests,
} from './store.ts'

/** Who asks, and what they see: what only a private team sees is not named. */
interface Asker {
  actor: Actor
  viewer: Viewer
}

type Swap = { from: number; to: number }

/** What needs a person: policies that ask them, schedules that count on them, the last resort. */
export async function usesOfPerson(db: Database | Tx, id: number, now: Date): Promise<Use[]> {
  const policies = await policiesNaming(db, 'userIds', id, { lock: false })
  const schedules = await schedulesNaming(db, id, now)
  return [
    ...policies.map((one): Use => ({ kind: 'escalation-policy', id: one.id, name: one.name })),
    ...schedules.map((one): Use => ({ kind: 'on-call-schedule', ...one })),
    ...((await isLastResort(db, id)) ? [{ kind: 'last-resort', id: null, name: 'Last resort' } as const] : []),
  ]
}

/** What needs a schedule: policies that ask it. */
export async function usesOfSchedule(db: Database | Tx, id: number): Promise<Use[]> {
  const policies = await policiesNaming(db, 'scheduleIds', id, { lock: false })
  return policies.map((one): Use => ({ kind: 'escalation-policy', id: one.id, name: one.name }))
}

/** Those of the uses that a viewer sees. */
export async function seenUses(db: Database | Tx, viewer: Viewer, uses: readonly Use[]): Promise<Use[]> {
  const hidden = new Set<string>()
  for (const [kind, sight] of SIGHTS) {
    const ids = uses.flatMap((use) => (use.kind === kind && use.id !== null ? [use.id] : []))
    for (const id of await hiddenAmong(db, viewer, sight, ids)) hidden.add(`${kind} ${id}`)
  }
  return uses.filter((use) => !hidden.has(`${use.kind} ${use.id}`))
}

const SIGHTS = [
  ['escalation-policy', 'escalation-policy'],
  ['on-call-schedule', 'schedule'],
  ['alert-source', 'alert-source'],
  ['open-alert', 'alert'],
] as const

/**
 * Removes a person. Whatever counts on them needs a replacement, who then stands on the policies, has the turns and shifts
 * from now on, and is asked by the climbs under way. What the person did stays on the timelines.
 */
export async function removeUser(
  db: Database,
  actor: Actor,
  id: number,
  replacement: number | null,
  now: Date,
): Promise<void> {
  requireRight(actor, 'manage')
  await db.transaction().execute(async (tx) => {
    // Policies and schedules first, as everybody who changes them does.
    const policies = await policiesNaming(tx, 'userIds', id, { lock: true })
    const schedules: ScheduleRow[] = []
    for (const { id: scheduleId } of await schedulesNaming(tx, id, now)) {
      const row = await lockSchedule(tx, scheduleId)
      if (row) schedules.push(row)
    }
    const person = await lockPerson(tx, id)
    if (!person) throw noSuchPerson()
    refuseSpecial(actor, person)
    const uses = await usesOfPerson(tx, id, now)
    if (replacement === null && uses.length > 0) throw personInUse(person.first_name, uses)
    if (replacement !== null) {
      if (replacement === id) throw fieldProblem('replacement', 'Choose somebody else.')
      const living = await holdPeople(tx, [replacement])
      if (!living.has(replacement)) throw fieldProblem('replacement', `There is no person ${replacement}.`)
      const swap = { from: id, to: replacement }
      for (const policy of policies) {
        await changeLevels(tx, policy.id, replaceInLevels(policy.levels, 'userIds', swap) ?? policy.levels, now)
      }
      for (const row of schedules) await replaceOnSchedule(tx, row, swap, now)
      const left = (await usesOfPerson(tx, id, now)).filter(({ kind }) => kind !== 'last-resort')
      // Somebody put the person somewhere while this waited.
      if (left.length > 0) throw personInUse(person.first_name, left)
      const name = await nameOf(tx, replacement)
      const text = `${person.first_name} ${person.last_name}`.trim()
      await replaceInClimbs(tx, 'userIds', swap, `${text} was deleted: ${name} is asked instead.`, now)
    }
    if (await isLastResort(tx, id)) await replaceLastResort(tx, id, replacement)
    await withdrawRequests(tx, { personId: id }, now)
    await changePerson(tx, id, { deleted_at: now, password_hash: null }, now)
    await endSessions(tx, id)
    await leaveTeams(tx, id)
    const details = { email: person.email, ...(replacement === null ? {} : { replacement }) }
    await audit(tx, actor, { action: 'person.deleted', objectType: 'person', objectId: id, details }, now)
    await tellLive(tx, { kind: 'status' })
    await wakeEngine(tx)
  })
}

/** Deletes a schedule. Policies that ask it, and climbs under way, ask the replacement. Who was on call stays known. */
export async function removeSchedule(
  db: Database,
  { actor, viewer }: Asker,
  id: number,
  replacement: number | null,
  now: Date,
): Promise<void> {
  requireRight(actor, 'edit')
  await db.transaction().execute(async (tx) => {
    const policies = await policiesNaming(tx, 'scheduleIds', id, { lock: true })
    const row = await lockSchedule(tx, id)
    if (!row) throw noSuchSchedule()
    const uses = await usesOfSchedule(tx, id)
    if (replacement === null && uses.length > 0) throw scheduleInUse(row.name, await seenUses(tx, viewer, uses))
    if (replacement !== null) {
      if (replacement === id) throw fieldProblem('replacement', 'Choose another schedule.')
      const known = await holdSchedules(tx, [replacement])
      for (const one of await hiddenAmong(tx, viewer, 'schedule', [replacement])) known.delete(one)
      if (!known.has(replacement)) throw fieldProblem('replacement', `There is no on-call schedule ${replacement}.`)
      const swap = { from: id, to: replacement }
      for (const policy of policies) {
        await changeLevels(tx, policy.id, replaceInLevels(policy.levels, 'scheduleIds', swap) ?? policy.levels, now)
      }
      const left = await usesOfSchedule(tx, id)
      if (left.length > 0) throw scheduleInUse(row.name, await seenUses(tx, viewer, left))
      const other = await scheduleRow(tx, replacement)
      const text = `The on-call schedule ${row.name} was deleted: ${other?.name ?? replacement} is asked instead.`
      await replaceInClimbs(tx, 'scheduleIds', swap, text, now)
    }
    await withdrawRequests(tx, { scheduleId: id }, now)
    await changeSchedule(tx, id, { deleted_at: now }, now)
    const details = { name: row.name, ...(replacement === null ? {} : { replacement }) }
    await audit(tx, actor, { action: 'schedule.deleted', objectType: 'schedule', objectId: id, details }, now)
    await tellLive(tx, { kind: 'status' })
    await wakeEngine(tx)
  })
}

/**
 * Deletes a policy. Alert sources and open alerts go to the replacement; a climb under way goes on as it began. Without one
 * only what is over may belong to it, and goes to the Default policy.
 */
export async function removePolicy(
  db: Database,
  { actor, viewer }: Asker,
  id: number,
  replacement: number | null,
  now: Date,
): Promise<void> {
  requireRight(actor, 'edit')
  await db.transaction().execute(async (tx) => {
    const fallback = await lockDefaultPolicy(tx)
    invariant(fallback, 'the Default policy is there from the first start')
    if (replacement === id) throw fieldProblem('replacement', 'Choose another policy.')
    const isHidden = (await hiddenAmong(tx, viewer, 'escalation-policy', [replacement ?? 0])).size > 0
    const heir = replacement === null ? fallback : isHidden ? null : await lockPolicy(tx, replacement)
    const policy = await lockPolicy(tx, id)
    if (!policy) throw noSuchPolicy()
    if (!heir) throw fieldProblem('replacement', `There is no escalation policy ${replacement}.`)
    if (policy.is_default) {
      throw new Problem('in-use', `${policy.name} is the policy every installation starts with: it cannot be deleted.`)
    }
    const uses = await usesOfPolicy(tx, id)
    if (replacement === null && uses.length > 0) throw policyInUse(policy.name, await seenUses(tx, viewer, uses))
    const open = await moveToPolicy(tx, id, heir.id, now)
    for (const alert of open) {
      const reason = `The escalation policy ${policy.name} was deleted: the alert belongs to ${heir.name}. Its climb goes on as it began.`
      const line = { ...alert, station: 'escalation', decision: 'move', reason, rule: 'policy-replaced' } as const
      await addTrace(tx, line, now)
      await tellLive(tx, { kind: 'alert', id: alert.alertId })
    }
    await deletePolicyRow(tx, id)
    const details = { name: policy.name, ...(replacement === null ? {} : { replacement }) }
    const line = { action: 'escalation-policy.deleted', objectType: 'escalation-policy', objectId: id, details }
    await audit(tx, actor, line, now)
    await tellLive(tx, { kind: 'status' })
  })
}

/** The uses of a policy that exists. */
export async function usesOfKnownPolicy(db: Database, id: number): Promise<Use[]> {
  if (!(await policyRow(db, id))) throw noSuchPolicy()
  return usesOfPolicy(db, id)
}

async function replaceOnSchedule(tx: Tx, row: ScheduleRow, swap: Swap, now: Date): Promise<void> {
  const [stored] = await loadSchedules(tx, [row], { from: now, until: now })
  invariant(stored, 'a schedule that was locked can be loaded')
  for (const edition of editionsAhead(await editionsOf(tx, row.id), now)) {
    const layers = replaceInLayers(edition.layers, swap)
    if (!layers) continue
    // What is over stays as it was.
    if (edition.from === null || edition.from < now) await insertEdition(tx, row.id, layers, now)
    else await changeEdition(tx, edition.id, layers)
  }
  const place = { scheduleId: row.id, personId: swap.from }
  for (const span of await spansAhead(tx, 'schedule_shift', place, now)) {
    if (span.starts_at >= now) await giveSpan(tx, 'schedule_shift', span.id, swap.to)
    else {
      await endDrawnShift(tx, { ...span, schedule_id: row.id, person_id: swap.from }, now)
      await insertDrawnShift(tx, row.id, { userId: swap.to, start: now, end: span.ends_at })
    }
  }
  for (const span of await spansAhead(tx, 'schedule_override', place, now)) {
    if (span.starts_at >= now) await giveSpan(tx, 'schedule_override', span.id, swap.to)
    else {
      const rest = remainderOf(stored.rules, span.id, { from: now, until: span.ends_at })
      await endOverride(tx, { ...span, schedule_id: row.id, person_id: swap.from }, now)
      for (const { start, end } of rest) await insertOverride(tx, row.id, { userId: swap.to, start, end }, now)
    }
  }
}

/** Alerts under way keep their climb: its own copy of the levels asks the replacement (invariants.md ESC-7). */
async function replaceInClimbs(
  tx: Tx,
  kind: 'userIds' | 'scheduleIds',
  swap: Swap,
  reason: string,
  now: Date,
): Promise<void> {
  for (const climb of await climbsNaming(tx, kind, swap.from)) {
    const levels = replaceInLevels(climb.policy.levels, kind, swap)
    if (!levels) continue
    const policy = { ...climb.policy, levels }
    await saveClimbPolicy(tx, climb, policy)
    const place = { alertSourceId: climb.alertSourceId, alertId: climb.alertId }
    const rule = kind === 'userIds' ? 'person-replaced' : 'schedule-replaced'
    // Without it the auditor would put the old levels back.
    const evidence = { policy, startedAt: climb.startedAt.toISOString(), climb: climb.number }
    await addTrace(tx, { ...place, station: 'escalation', decision: 'replace', reason, rule, evidence }, now)
    await tellLive(tx, { kind: 'alert', id: climb.alertId })
  }
}

function refuseSpecial(actor: Actor, person: { id: number; role: string }): void {
  if (person.role === 'OWNER') throw new Problem('not-allowed', 'The owner of the installation cannot be deleted.')
  if (actor.kind === 'person' && actor.personId === person.id) {
    throw new Problem('not-allowed', 'Nobody deletes themselves: ask somebody else with the role Admin.')
  }
}

function namesOf(uses: readonly Use[], kind: Use['kind']): string[] {
  return uses.filter((use) => use.kind === kind).map(({ name }) => name)
}

function personInUse(name: string, uses: readonly Use[]): Problem {
  const policies = namesOf(uses, 'escalation-policy')
  const schedules = namesOf(uses, 'on-call-schedule')
  if (policies.length > 0) {
    const which = policies.length === 1 ? 'the escalation policy' : 'the escalation policies'
    return new Problem(
      'in-use',
      `${name} is on ${which} ${someOf(policies)}. Take ${name} off, or choose a replacement.`,
      {
        uses,
      },
    )
  }
  if (schedules.length > 0) {
    const which = schedules.length === 1 ? 'the on-call schedule' : 'the on-call schedules'
    const detail = `${name} has shifts on ${which} ${someOf(schedules)}. Give them to somebody else, or choose a replacement.`
    return new Problem('in-use', detail, { uses })
  }
  return new Problem('in-use', `${name} is a last resort. Choose somebody else there, or choose a replacement.`, {
    uses,
  })
}

function hiddenUse(name: string): Problem {
  return new Problem('in-use', `Something of a private team needs ${name}: ask an admin, or choose a replacement.`)
}

function scheduleInUse(name: string, uses: readonly Use[]): Problem {
  if (uses.length === 0) return hiddenUse(name)
  const policies = namesOf(uses, 'escalation-policy')
  const which = policies.length === 1 ? 'The escalation policy' : 'The escalation policies'
  const verb = policies.length === 1 ? 'asks' : 'ask'
  const detail = `${which} ${someOf(policies)} ${verb} ${name}. Put something else there, or choose a replacement.`
  return new Problem('in-use', detail, { uses })
}

function policyInUse(name: string, uses: readonly Use[]): Problem {
  if (uses.length === 0) return hiddenUse(name)
  const sources = namesOf(uses, 'alert-source')
  if (sources.length === 0) {
    return new Problem('in-use', `Open alerts belong to ${name}. Resolve them, or choose a replacement.`, { uses })
  }
  const who = sources.length === 1 ? 'The alert source' : 'The alert sources'
  const verb = sources.length === 1 ? 'uses' : 'use'
  const detail = `${who} ${someOf(sources)} ${verb} ${name}. Assign another policy, or choose a replacement.`
  return new Problem('in-use', detail, { uses })
}

async function nameOf(tx: Tx, id: number): Promise<string> {
  const person = (await everKnownPeople(tx, [id])).get(id)
  return person ? `${person.firstName} ${person.lastName}`.trim() : `Person ${id}`
}
