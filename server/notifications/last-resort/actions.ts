import { type Actor, requireRight } from '../../access/actor.ts'
import type { Priority } from '../../alerts/schema.ts'
import { audit } from '../../audit/store.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { tellLive, wakeEngine } from '../../database/notify.ts'
import type { PersonReference } from '../../directory/schema.ts'
import { holdPeople, peopleByIds } from '../../directory/store.ts'
import { fieldProblem } from '../../runtime/problem.ts'
import { addTimeline } from '../../timeline/store.ts'
import { addTrace } from '../../trace/store.ts'
import { enqueueNotifications, LAST_RESORT_STEP } from '../actions.ts'
import { atOnce } from '../reach/decide.ts'
import { waysToReach } from '../reach/store.ts'
import type { LastResort, LastResortInput } from './schema.ts'
import { choosePeople, chosenPeople, isAboutUnattended, markUnattended, ownersAndAdmins } from './store.ts'

export interface UnansweredAlert {
  alertSourceId: number
  alertId: number
  climb: number
  priority: Priority
  subject: string
  /** Why nobody is left to ask, as the end of a sentence. */
  why: string
}

/** Nobody is left to ask: the alert is marked unattended, and the last resort is told (invariants.md ESC-5). */
export async function callLastResort(tx: Tx, alert: UnansweredAlert, now: Date): Promise<void> {
  await markUnattended(tx, alert.alertId, now)
  if (await isAboutUnattended(tx, alert.alertId)) return
  const { people, isChosen } = await lastResortPeople(tx)
  // Whatever the alert's priority: there is nobody after them.
  const ways = await waysToReach(tx, people, 'HIGH')
  const reached = await peopleByIds(tx, [...ways.keys()])
  const nameOf = (person: PersonReference) => `${person.firstName} ${person.lastName}`.trim()
  const names = reached.map(nameOf)
  const whose = isChosen ? 'chosen as last resort' : 'owners and admins, as no last resort is chosen'
  const text =
    names.length === 0
      ? `Nobody is told as last resort: none of the people (${whose}) can be reached.`
      : `Told as last resort, because ${alert.why}: ${names.join(', ')} (${whose}).`
  await addTimeline(
    tx,
    {
      alertSourceId: alert.alertSourceId,
      alertId: alert.alertId,
      type: names.length === 0 ? 'NobodyOnCallLogEntry' : 'AlertLastResortLogEntry',
      text,
      filterTypes: ['NOTIFICATIONS', 'ALERT_UPDATES'],
    },
    now,
  )
  await addTrace(
    tx,
    {
      alertSourceId: alert.alertSourceId,
      alertId: alert.alertId,
      station: 'last-resort',
      decision: names.length === 0 ? 'end' : 'ask',
      reason: text,
      rule: names.length === 0 ? 'last-resort-reaches-nobody' : isChosen ? 'last-resort-chosen' : 'last-resort-admins',
      people: reached.map((person) => person.id),
    },
    now,
  )
  const recipients = reached.flatMap((person) => {
    const own = ways.get(person.id)
    return own ? [{ personId: person.id, name: nameOf(person), ways: atOnce(own) }] : []
  })
  await enqueueNotifications(tx, { ...alert, ...LAST_RESORT_STEP, recipients }, now)
  await wakeEngine(tx)
}

async function lastResortPeople(db: Database | Tx): Promise<{ people: number[]; isChosen: boolean }> {
  const chosen = await chosenPeople(db)
  return chosen.length > 0 ? { people: chosen, isChosen: true } : { people: await ownersAndAdmins(db), isChosen: false }
}

/** Who the last resort is now. */
export async function readLastResort(db: Database | Tx): Promise<LastResort> {
  const { people, isChosen } = await lastResortPeople(db)
  return {
    users: await peopleByIds(db, people),
    isChosen,
    reachesNobody: (await waysToReach(db, people, 'HIGH')).size === 0,
  }
}

/** Chooses the last resort; nobody chosen means owners and admins. */
export async function changeLastResort(
  db: Database,
  actor: Actor,
  input: LastResortInput,
  now: Date,
): Promise<LastResort> {
  requireRight(actor, 'manage')
  return db.transaction().execute(async (tx) => {
    const ids = [...new Set(input.users.map((user) => user.id))]
    const living = await holdPeople(tx, ids)
    const unknown = input.users.findIndex((user) => !living.has(user.id))
    if (unknown >= 0) throw fieldProblem(`users.${unknown}.id`, `There is no person ${input.users[unknown]?.id}.`)
    await choosePeople(tx, ids)
    await audit(
      tx,
      actor,
      { action: 'last-resort.changed', objectType: 'last-resort', objectId: 1, details: { userIds: ids } },
      now,
    )
    await tellLive(tx, { kind: 'status' })
    return readLastResort(tx)
  })
}
