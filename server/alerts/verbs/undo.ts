import type { Actor } from '../../access/actor.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { wakeEngine } from '../../database/notify.ts'
import type { PolicySnapshot } from '../../database/tables.ts'
import { holdPeople, holdTeams } from '../../directory/store.ts'
import { lockPolicy, policySnapshot } from '../../escalation/policies/store.ts'
import { type LockedClimb, lockClimb } from '../../escalation/store.ts'
import { holdSchedules } from '../../oncall/store.ts'
import { Problem } from '../../runtime/problem.ts'
import { addMinutes, isoDurationMinutes } from '../../runtime/time.ts'
import { withdrawWriteBacks } from '../../writeback/store.ts'
import type { AlertRow } from '../store.ts'
import { planAutoResolution } from '../store.ts'
import { planReturn, setTimer } from '../timers/store.ts'
import { type Act, actOn, allowed, nameOf, standOf, tell } from './act.ts'
import { askAnew } from './anew.ts'
import { decideReopen, decideUnaccept, lastAsked } from './decide.ts'
import {
  namedResponders,
  openTwin,
  resolvedWith,
  setAcceptedBy,
  setUnresolved,
  setWaiting,
  takeBackAcceptance,
  timeoutOfSource,
} from './store.ts'

/**
 * Takes an acceptance back. Who else accepted keeps the alert; else it waits for an answer again, and who was asked last
 * is asked again.
 */
export async function unaccept(db: Database, actor: Actor, alertId: number, now: Date): Promise<'done' | 'already'> {
  let outcome: 'done' | 'already' = 'done'
  await actOn(db, actor, alertId, now, async (act, family) => {
    const { tx, alert, by } = act
    const others = await otherAccepters(tx, alert, by.kind === 'person' ? by.personId : null)
    const decision = allowed(decideUnaccept(standOf(alert), others))
    if (decision.kind === 'already') {
      outcome = 'already'
      return
    }
    await tellUndone(act, decision.kind === 'leave')
    if (decision.kind === 'leave') {
      if (by.kind === 'person') await takeBackAcceptance(tx, alert.id, by.personId)
      await setAcceptedBy(tx, alert.id, decision.to)
      return
    }
    await withdrawWriteBacks(tx, alert.alert_source_id, alert.id, 'ACCEPT', `Taken back by ${nameOf(by)}.`, now)
    const merged = family.filter((one) => one.merged_into_id === alert.id && one.status === 'ACCEPTED')
    for (const one of merged) {
      await setWaiting(tx, { alertSourceId: one.alert_source_id, alertId: one.id }, { assignedTo: null })
    }
    await setTimer(tx, alert.id, 'return_at', null)
    const climb = await lockClimb(tx, alert.id)
    await askLastAgain(act, climb, { what: 'The acceptance was taken back', rule: 'acceptance-taken-back' })
  })
  return outcome
}

async function tellUndone(act: Act, isLeft: boolean): Promise<void> {
  await tell(act, {
    type: 'AlertUnacceptedLogEntry',
    text: 'Acceptance taken back',
    after: isLeft ? ': others have accepted it' : ': it waits for an answer again',
    action: 'alert.unaccepted',
    decision: 'take-back',
    rule: 'acceptance-taken-back',
    people: act.by.kind === 'person' ? [act.by.personId] : [],
    isNews: true,
  })
}

/** Who else accepted, the first of them first; empty unless this person accepted too. */
async function otherAccepters(tx: Tx, alert: AlertRow, personId: number | null): Promise<number[]> {
  const named = (await namedResponders(tx, [alert.id])).filter((one) => one.accepted_at && !one.removed_at)
  const accepters = new Set(named.map((one) => one.person_id))
  if (alert.accepted_by !== null) accepters.add(alert.accepted_by)
  if (personId === null || !accepters.has(personId)) return []
  return [...accepters].filter((id) => id !== personId)
}

/** Whoever was asked last before the answer is asked again, at once, and the climb goes on from there. */
async function askLastAgain(
  { tx, alert, now }: Act,
  climb: LockedClimb | null,
  { what, because = '', rule }: { what: string; because?: string; rule: string },
): Promise<void> {
  const policy = climb?.policy ?? (await policySnapshot(tx, alert.escalation_policy_id))
  const stand = climb
    ? { levels: policy.levels.length, levelIndex: climb.level_index, round: climb.round }
    : { levels: policy.levels.length, levelIndex: 0, round: 1 }
  const { levelIndex, round } = lastAsked(stand)
  const [only] = policy.isByHand ? (policy.levels[0]?.userIds ?? []) : []
  const reason = `${what}: level ${levelIndex + 1} of ${policy.policyName} is asked again, at once.${because}`
  await askAnew(tx, alert, { policy, levelIndex, round, assignedTo: only ?? null, callsOff: null, reason, rule }, now)
}

/** Climbs of resolved alerts do not follow what is deleted: then the policy as it is now is climbed from its beginning. */
async function askAfterReopening(act: Act): Promise<void> {
  const about = { what: 'The alert was opened again', rule: 'reopened-by-hand' }
  // Whoever is just deleting somebody has it, and has written it anew before it is ours.
  await lockPolicy(act.tx, act.alert.escalation_policy_id)
  const climb = await lockClimb(act.tx, act.alert.id)
  if (climb === null || (await asksOnlyWhoIsThere(act.tx, climb.policy))) return askLastAgain(act, climb, about)
  const because = ' Who or what the climb before asked was deleted, so the policy is climbed as it is now.'
  await askLastAgain(act, null, { ...about, because })
}

/** Whether nothing and nobody that the levels ask was deleted; nothing of it is until the transaction ends. */
async function asksOnlyWhoIsThere(tx: Tx, { levels }: PolicySnapshot): Promise<boolean> {
  const schedules = new Set(levels.flatMap(({ scheduleIds }) => scheduleIds ?? []))
  const teams = new Set(levels.flatMap(({ teamIds }) => teamIds ?? []))
  const people = new Set(levels.flatMap(({ userIds }) => userIds))
  if ((await holdSchedules(tx, [...schedules])).size < schedules.size) return false
  if ((await holdTeams(tx, [...teams])).size < teams.size) return false
  return (await holdPeople(tx, [...people])).size === people.size
}

/** Opens a resolved alert again: who had accepted it works on it as before; else who was asked last is asked again. */
export async function reopen(db: Database, actor: Actor, alertId: number, now: Date): Promise<'done' | 'already'> {
  let outcome: 'done' | 'already' = 'done'
  await actOn(db, actor, alertId, now, async (act) => {
    const { tx, alert, by } = act
    const twin = await openTwin(tx, alert)
    const decision = allowed(decideReopen(standOf(alert), alert.accepted_at !== null, twin))
    if (decision.kind === 'already') {
      outcome = 'already'
      return
    }
    const { status } = decision
    await tell(act, {
      type: 'AlertReopenedLogEntry',
      text: 'Opened again',
      after: status === 'ACCEPTED' ? ': it is accepted as before' : ': it waits for an answer',
      action: 'alert.reopened',
      decision: 'reopen',
      rule: 'reopened-by-hand',
      people: by.kind === 'person' ? [by.personId] : [],
      details: { status },
      isNews: true,
    })
    await withdrawWriteBacks(tx, alert.alert_source_id, alert.id, 'RESOLVE', `Opened again by ${nameOf(by)}.`, now)
    await bringBack(act, alert, status)
    // What was resolved with it at the same moment stands behind it again.
    for (const merged of await resolvedWith(tx, alert)) await bringBack(act, merged, status)
    if (status === 'PENDING') await askAfterReopening(act)
    else await planReturn(tx, alert.id, now)
    await wakeEngine(tx)
  })
  return outcome
}

async function bringBack({ tx, now }: Act, alert: AlertRow, status: 'PENDING' | 'ACCEPTED'): Promise<void> {
  if ((await openTwin(tx, alert)) !== null) {
    throw new Problem('already-done', `Alert ${alert.id} has a successor of the same key that is open.`)
  }
  await setUnresolved(tx, alert.id, status)
  const timeout = await timeoutOfSource(tx, alert.alert_source_id)
  if (timeout !== null) await planAutoResolution(tx, alert.id, addMinutes(now, isoDurationMinutes(timeout)))
}
