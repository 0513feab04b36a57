import type { Database, Tx } from '../database/connection.ts'
import { tellLive, wakeEngine } from '../database/notify.ts'
import { emailContacts, peopleByIds } from '../directory/store.ts'
import { enqueueNotifications } from '../notifications/actions.ts'
import { addMinutes, earlier, later } from '../runtime/time.ts'
import { addTimeline } from '../timeline/store.ts'
import { decideStep } from './decide.ts'
import { policySnapshot } from './policies/store.ts'
import { LEVELS_MAX, ROUNDS_MAX } from './schema.ts'
import {
  claimDueEscalations,
  type DueEscalation,
  endEscalation,
  insertEscalation,
  lockUnstarted,
  markUnattended,
  moveEscalation,
} from './store.ts'

/** Begins the climb of a new alert. The first level is asked at `notBefore`, or after the policy's delay when that is later. */
export async function startEscalation(
  tx: Tx,
  alert: { alertSourceId: number; alertId: number; policyId: number; notBefore: Date },
  now: Date,
): Promise<void> {
  const policy = await policySnapshot(tx, alert.policyId)
  const dueAt = later(alert.notBefore, addMinutes(now, policy.delayMinutes))
  await insertEscalation(tx, { alertSourceId: alert.alertSourceId, alertId: alert.alertId, policy, dueAt }, now)
}

/** Somebody answered: nobody else is asked. */
export async function stopEscalation(tx: Tx, alertId: number, reason: string, now: Date): Promise<void> {
  await endEscalation(tx, alertId, reason, now)
}

/** What the first page waited for is there: it leaves now, or after the policy's own delay. */
export async function expediteEscalation(tx: Tx, alertId: number, now: Date): Promise<void> {
  const climb = await lockUnstarted(tx, alertId)
  if (!climb?.due_at) return
  const dueAt = later(now, addMinutes(climb.started_at, climb.policy.delayMinutes))
  await moveEscalation(tx, alertId, { levelIndex: 0, round: 1, dueAt: earlier(climb.due_at, dueAt) })
  await wakeEngine(tx)
}

const BATCH = 50
const SKIPS_MAX = LEVELS_MAX * ROUNDS_MAX

/** One pass of the escalation station: claim, decide, save, hand on. Returns how many climbs it moved. */
export async function advanceEscalations(db: Database, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const due = await claimDueEscalations(tx, now, BATCH)
    for (const climb of due) await advance(tx, climb, now)
    if (due.length > 0) await wakeEngine(tx)
    return due.length
  })
}

async function advance(tx: Tx, row: DueEscalation, now: Date): Promise<void> {
  const userIds = [...new Set(row.policy.levels.flatMap((level) => level.userIds))]
  const people = new Map((await peopleByIds(tx, userIds)).map((person) => [person.id, person]))
  const contacts = await emailContacts(tx, userIds)
  const reachable = (levelIndex: number) =>
    (row.policy.levels[levelIndex]?.userIds ?? []).filter(
      (id) => people.has(id) && contacts.some((c) => c.personId === id),
    )

  let step = { levelIndex: row.level_index, round: row.round, dueAt: row.due_at }
  for (let skips = 0; skips <= SKIPS_MAX; skips++) {
    const climb = { levels: row.policy.levels, rounds: row.policy.rounds, ...step }
    const decision = decideStep(climb, reachable, row.alert_priority === 'LOW' ? 'LOW' : 'HIGH', now)
    if (decision.kind === 'wait') break
    if (decision.kind === 'end') return giveUp(tx, row, decision.reason, now)
    if (decision.kind === 'skip') {
      await tellNobody(tx, row, step, now)
      step = decision.next
      continue
    }
    const asked = decision.people.map((id) => people.get(id)).filter((person) => person !== undefined)
    await tellAsked(
      tx,
      row,
      step,
      asked.map((person) => `${person.firstName} ${person.lastName}`.trim()),
      now,
    )
    await enqueueNotifications(
      tx,
      {
        alertSourceId: row.alert_source_id,
        alertId: row.alert_id,
        round: step.round,
        levelIndex: step.levelIndex,
        priority: row.alert_priority === 'LOW' ? 'LOW' : 'HIGH',
        subject: row.alert_summary,
        contacts: contacts.filter((contact) => decision.people.includes(contact.personId)),
      },
      now,
    )
    if (!decision.next) {
      await endEscalation(tx, row.alert_id, decision.reason ?? 'done', now)
      return finish(tx, row)
    }
    step = decision.next
  }
  await moveEscalation(tx, row.alert_id, step)
  await finish(tx, row)
}

async function finish(tx: Tx, row: DueEscalation): Promise<void> {
  await tellLive(tx, { kind: 'alert', id: row.alert_id })
}

async function giveUp(tx: Tx, row: DueEscalation, reason: string, now: Date): Promise<void> {
  await endEscalation(tx, row.alert_id, reason, now)
  await markUnattended(tx, row.alert_id, now)
  await addTimeline(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      type: reason.startsWith('every level') ? 'AlertEscalationEndedLogEntry' : 'NobodyOnCallLogEntry',
      text: `Nobody is asked any more: ${reason}. The alert is unattended.`,
      filterTypes: ['NOTIFICATIONS', 'ALERT_UPDATES'],
      vars: { policy: row.policy.policyName, reason },
    },
    now,
  )
  await tellLive(tx, { kind: 'status' })
  await finish(tx, row)
}

async function tellNobody(tx: Tx, row: DueEscalation, step: { levelIndex: number }, now: Date): Promise<void> {
  await addTimeline(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      type: 'NobodyOnCallLogEntry',
      text: `Nobody can be reached at level ${step.levelIndex + 1} of ${row.policy.policyName}: the next level is asked at once.`,
      filterTypes: ['NOTIFICATIONS'],
      vars: { levelIndex: step.levelIndex },
    },
    now,
  )
}

async function tellAsked(
  tx: Tx,
  row: DueEscalation,
  step: { levelIndex: number; round: number },
  names: string[],
  now: Date,
): Promise<void> {
  const round = row.policy.rounds > 1 ? `, round ${step.round} of ${row.policy.rounds}` : ''
  await addTimeline(
    tx,
    {
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      type:
        step.levelIndex === 0 && step.round === 1 ? 'AlertAssignedBySystemLogEntry' : 'AlertEscalatedToLevelLogEntry',
      text: `Level ${step.levelIndex + 1} of ${row.policy.policyName} is asked${round}: ${names.join(', ')}`,
      filterTypes: ['ALERT_UPDATES'],
      vars: { levelIndex: step.levelIndex, round: step.round },
    },
    now,
  )
}
