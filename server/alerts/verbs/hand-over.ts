import type { Actor } from '../../access/actor.ts'
import type { Database, Tx } from '../../database/connection.ts'
import type { PolicySnapshot } from '../../database/tables.ts'
import { holdPeople, peopleByIds } from '../../directory/store.ts'
import { lockPolicy, policySnapshot, snapshotOf } from '../../escalation/policies/store.ts'
import { lockClimb } from '../../escalation/store.ts'
import { waysToReach } from '../../notifications/reach/store.ts'
import { invariant } from '../../runtime/invariant.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { wantWriteBack } from '../../writeback/actions.ts'
import { type Act, actOn, allowed, standOf, tell } from './act.ts'
import { askAnew, askAnewFromTheFirst } from './anew.ts'
import { type Beginning, decideEscalate, decideHandOver, decideRaise } from './decide.ts'
import { putResponder, setPriority } from './store.ts'

/** Who is chosen by hand has this long at least before nobody is left to ask. */
export const BY_HAND_MINUTES_MIN = 5

/** A living person as a sentence names them; `field` is what a client sent. */
export async function requirePerson(tx: Tx, personId: number, field: string): Promise<string> {
  await holdPeople(tx, [personId])
  const [person] = await peopleByIds(tx, [personId])
  if (!person) throw fieldProblem(field, `There is no person ${personId}.`)
  return `${person.firstName} ${person.lastName}`.trim()
}

/** A person who can be told; else the field's problem says why not. */
export async function requireReachable(tx: Tx, personId: number, field: string): Promise<string> {
  const name = await requirePerson(tx, personId, field)
  if ((await waysToReach(tx, [personId], 'HIGH')).size === 0) {
    throw fieldProblem(field, `${name} has no contact that works: nobody would be told.`)
  }
  return name
}

/** People chosen by hand, as a policy of one level: without an answer the alert is unattended, loudly. */
export function policyOfPeople(own: PolicySnapshot, name: string, personIds: readonly number[]): PolicySnapshot {
  return {
    policyId: own.policyId,
    policyName: name,
    levels: [
      {
        timeoutMinutes: Math.max(BY_HAND_MINUTES_MIN, own.levels[0]?.timeoutMinutes ?? 0),
        userIds: [...personIds],
      },
    ],
    rounds: 1,
    delayMinutes: 0,
    isByHand: true,
  }
}

/** Gives an alert to one person: only they are asked. */
export async function assignToPerson(
  db: Database,
  actor: Actor,
  alertId: number,
  person: { id: number; field: string },
  now: Date,
): Promise<void> {
  await actOn(db, actor, alertId, now, async (act) => {
    const { tx, alert } = act
    const decision = allowed(decideHandOver(standOf(alert)))
    const name = await requireReachable(tx, person.id, person.field)
    const own = await policySnapshot(tx, alert.escalation_policy_id)
    await tell(act, {
      type: 'AlertAssignedByUserLogEntry',
      text: `Assigned to ${name}`,
      after: withdrawn(decision),
      action: 'alert.assigned',
      decision: 'assign',
      rule: 'assigned-to-person',
      people: [person.id],
      vars: { personId: person.id },
      details: { userId: person.id },
      isNews: true,
    })
    await putResponder(tx, { alertSourceId: alert.alert_source_id, alertId: alert.id }, person.id, null, now)
    await askAnew(
      tx,
      alert,
      {
        policy: policyOfPeople(own, `Assigned to ${name}`, [person.id]),
        levelIndex: 0,
        round: 1,
        assignedTo: person.id,
        backIn: [person.id],
        callsOff: `assigned to ${name}`,
        reason: `${name} is asked at once, and nobody else: the alert was assigned to them by hand.`,
        rule: 'assigned-to-person',
      },
      now,
    )
  })
}

/** Gives an alert to another policy: it is climbed from its first level, at once. */
export async function reroute(
  db: Database,
  actor: Actor,
  alertId: number,
  target: { id: number; field: string },
  now: Date,
): Promise<void> {
  await actOn(db, actor, alertId, now, async (act) => {
    const { tx, alert } = act
    const decision = allowed(decideHandOver(standOf(alert)))
    const row = await lockPolicy(tx, target.id)
    if (!row) throw fieldProblem(target.field, `There is no escalation policy ${target.id}.`)
    const policy = snapshotOf(row)
    await tell(act, {
      type: 'AlertAssignedToPolicyLogEntry',
      text: `Rerouted to ${policy.policyName}`,
      after: withdrawn(decision),
      action: 'alert.rerouted',
      decision: 'reroute',
      rule: 'assigned-to-policy',
      vars: { policyId: row.id, from: alert.escalation_policy_id },
      details: { escalationPolicyId: row.id, from: alert.escalation_policy_id },
      isNews: true,
    })
    await askAnew(
      tx,
      alert,
      {
        policy,
        levelIndex: decision.levelIndex,
        round: decision.round,
        assignedTo: null,
        escalationPolicyId: row.id,
        callsOff: `rerouted to ${policy.policyName}`,
        reason: `${policy.policyName} begins at its first level, at once: the alert was rerouted to it by hand.`,
        rule: 'assigned-to-policy',
      },
      now,
    )
    const personId = act.by.kind === 'person' ? act.by.personId : null
    const where = { alertSourceId: alert.alert_source_id, alertId: alert.id }
    await wantWriteBack(tx, { ...where, deed: 'REROUTE', personId, policyId: row.id }, now)
  })
}

/** Asks a level now, and goes on from there; without a level the next one. `levelIndex` counts from 0. */
export async function escalate(
  db: Database,
  actor: Actor,
  alertId: number,
  levelIndex: number | null,
  now: Date,
): Promise<void> {
  await actOn(db, actor, alertId, now, (act) => escalateTo(act, levelIndex))
}

/** Passes a pending alert on to its next level, for somebody who was asked; throws `already-done` when there is none. */
export async function passOn(act: Act): Promise<void> {
  const { stand } = await climbOf(act)
  const isOver = act.alert.status !== 'PENDING' || stand.levelIndex >= stand.levels
  if (isOver) throw new Problem('already-done', 'There is no next level that could be asked now.')
  await escalateTo(act, null)
}

async function escalateTo(act: Act, levelIndex: number | null): Promise<void> {
  const { tx, alert, now } = act
  {
    const { policy, stand } = await climbOf(act)
    const decision = allowed(decideEscalate(standOf(alert), stand, levelIndex))
    if (decision.kind === 'no-such-level') {
      throw fieldProblem(
        'levelIndex',
        `${policy.policyName} has ${policy.levels.length} levels, counted from 0: the last is ${policy.levels.length - 1}.`,
      )
    }
    const level = decision.levelIndex + 1
    await tell(act, {
      type: 'AlertEscalatedToLevelLogEntry',
      text: `Escalated to level ${level} of ${policy.policyName}`,
      after: withdrawn(decision),
      action: 'alert.escalated',
      decision: 'escalate',
      rule: 'escalated-by-hand',
      vars: { levelIndex: decision.levelIndex },
      details: { levelIndex: decision.levelIndex },
      isNews: true,
    })
    await askAnew(
      tx,
      alert,
      {
        policy,
        levelIndex: decision.levelIndex,
        round: decision.round,
        assignedTo: null,
        callsOff: null,
        reason: `Level ${level} of ${policy.policyName} is asked at once, and the levels after it in their turn: somebody escalated by hand.`,
        rule: 'escalated-by-hand',
      },
      now,
    )
  }
}

/** The policy an alert climbs and where it stands; one given to people by hand goes back to its own policy, from the first level. */
async function climbOf({ tx, alert }: Act) {
  const climb = await lockClimb(tx, alert.id)
  if (climb && !climb.policy.isByHand) {
    const { levels } = climb.policy
    return {
      policy: climb.policy,
      stand: { levels: levels.length, levelIndex: climb.level_index, round: climb.round },
    }
  }
  const policy = await policySnapshot(tx, alert.escalation_policy_id)
  invariant(policy.levels.length > 0, 'a policy has a level')
  return { policy, stand: { levels: policy.levels.length, levelIndex: 0, round: 1 } }
}

/** Makes a LOW alert HIGH. While nobody has answered, its policy is climbed with all its levels. */
export async function raise(db: Database, actor: Actor, alertId: number, now: Date): Promise<void> {
  await actOn(db, actor, alertId, now, async (act) => {
    const { tx, alert } = act
    const decision = allowed(decideRaise(standOf(alert)))
    if (decision.kind === 'already') return
    await tell(act, {
      type: 'AlertRaisedByUserLogEntry',
      text: 'Raised to high priority',
      action: 'alert.raised',
      decision: 'raise',
      rule: 'raised-by-hand',
      details: { priority: 'HIGH' },
      isNews: true,
    })
    if (!decision.begins) return setPriority(tx, alert.id, 'HIGH')
    const reason = 'Every level is asked in its turn, from the first on: the priority is high now.'
    await askAnewFromTheFirst(
      tx,
      alert,
      { reason, rule: 'raised-by-hand', callsOff: 'raised to high priority', priority: 'HIGH' },
      now,
    )
  })
}

function withdrawn(decision: Beginning): string {
  return decision.withdrawsAnswer ? ': it waits for an answer again' : ''
}
