import type { Actor } from '../../access/actor.ts'
import type { Database } from '../../database/connection.ts'
import { decidePeople } from '../../escalation/people/decide.ts'
import { loadPeople } from '../../escalation/people/store.ts'
import { policyRow } from '../../escalation/policies/store.ts'
import { lockClimb, setLeftOut } from '../../escalation/store.ts'
import { BY_HAND_STEP, cancelNotifications, enqueueNotifications } from '../../notifications/actions.ts'
import { atOnce } from '../../notifications/reach/decide.ts'
import { waysToReach } from '../../notifications/reach/store.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { type Act, actOn, allowed, standOf, tell } from './act.ts'
import { decideAddResponder, refusalOf } from './decide.ts'
import { requirePerson, requireReachable } from './hand-over.ts'
import { isResponder, putResponder, takeOffResponder } from './store.ts'

/** Asks people for help beside the policy; each is told at once. Who is on the alert already is not told again. */
export async function addResponders(
  db: Database,
  actor: Actor,
  alertId: number,
  people: readonly { id: number; field: string }[],
  now: Date,
): Promise<void> {
  await actOn(db, actor, alertId, now, async (act) => {
    for (const person of people) await addResponder(act, person)
  })
}

/** The people of a policy's first level, for those who ask a whole policy to help. */
export async function firstLevelOf(
  db: Database,
  policyId: number,
  field: string,
  now: Date,
): Promise<{ id: number; field: string }[]> {
  const row = await policyRow(db, policyId)
  if (!row) throw fieldProblem(field, `There is no escalation policy ${policyId}.`)
  const [level] = row.levels
  const known = await loadPeople(db, level ? [level] : [], { from: now, until: now })
  const asked = level ? decidePeople({ ...level, inTurn: false, name: 'level 1' }, known, now, null).people : []
  const people = asked.map(({ personId }) => ({ id: personId, field }))
  if (people.length === 0) throw fieldProblem(field, `Nobody is on the first level of ${row.name}.`)
  return people
}

async function addResponder(act: Act, { id, field }: { id: number; field: string }): Promise<void> {
  const { tx, alert, now } = act
  const decision = allowed(decideAddResponder(standOf(alert), await isResponder(tx, alert.id, id)))
  if (decision.kind === 'already') return
  const name = await requireReachable(tx, id, field)
  await tell(act, {
    type: 'AlertResponderAddedLogEntry',
    text: `${name} was asked to help`,
    action: 'alert.responder-added',
    decision: 'ask',
    rule: 'added-by-hand',
    people: [id],
    vars: { personId: id },
    details: { userId: id },
  })
  const where = { alertSourceId: alert.alert_source_id, alertId: alert.id }
  await putResponder(tx, where, id, null, now)
  const climb = await lockClimb(tx, alert.id)
  if (climb) {
    const still = climb.left_out.filter((one) => one !== id)
    if (still.length < climb.left_out.length) await setLeftOut(tx, alert.id, still)
  }
  // Whoever is asked by name is reached as for high priority, whatever the alert's.
  const ways = (await waysToReach(tx, [id], 'HIGH')).get(id)
  await enqueueNotifications(
    tx,
    {
      ...where,
      ...BY_HAND_STEP,
      climb: climb?.climb ?? 1,
      priority: 'HIGH',
      subject: alert.summary,
      kind: decision.as,
      recipients: ways ? [{ personId: id, name, ways: atOnce(ways) }] : [],
      because: { reason: `${name} was asked by hand.`, rule: 'added-by-hand' },
    },
    now,
  )
}

/** Takes a person off an alert: what has not left for them does not, and later levels pass them over. Adding them again undoes it. */
export async function removeResponder(
  db: Database,
  actor: Actor,
  alertId: number,
  personId: number,
  now: Date,
): Promise<void> {
  await actOn(db, actor, alertId, now, async (act) => {
    const { tx, alert } = act
    const refusal = refusalOf(standOf(alert))
    if (refusal) allowed(refusal)
    if (!(await isResponder(tx, alert.id, personId))) {
      throw new Problem('not-found', `Person ${personId} is not on alert ${alertId}.`)
    }
    if (alert.accepted_by === personId) {
      throw new Problem('in-use', 'They accepted the alert. Assign it to somebody else first.')
    }
    const name = await requirePerson(tx, personId, 'userId')
    await tell(act, {
      type: 'AlertResponderRemovedLogEntry',
      text: `${name} was taken off the alert`,
      action: 'alert.responder-removed',
      decision: 'leave-out',
      rule: 'taken-off-alert',
      people: [personId],
      vars: { personId },
      details: { userId: personId },
    })
    await takeOffResponder(tx, { alertSourceId: alert.alert_source_id, alertId: alert.id }, personId, now)
    const climb = await lockClimb(tx, alert.id)
    if (climb && !climb.left_out.includes(personId)) await setLeftOut(tx, alert.id, [...climb.left_out, personId])
    const off = { whom: { personId }, rule: 'taken-off-alert' }
    await cancelNotifications(tx, alert.alert_source_id, alert.id, 'taken off the alert', now, off)
  })
}
