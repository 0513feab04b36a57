import type { Actor, Right } from '../../access/actor.ts'
import type { Database } from '../../database/connection.ts'
import {
  addSubscriber,
  removeSubscriber,
  SUBSCRIBERS_MAX,
  subscribersOf,
} from '../../notifications/subscribers/store.ts'
import { fieldProblem } from '../../runtime/problem.ts'
import { actOn, tell } from './act.ts'
import { requirePerson } from './hand-over.ts'

/** Whose subscription it is: one's own, which everybody may change, or somebody else's. */
function whose(actor: Actor, personId: number | null): number {
  if (personId !== null) return personId
  if (actor.kind === 'person') return actor.personId
  throw fieldProblem('user.id', 'Say who: the automation is nobody.')
}

/** Whoever may see an alert may follow it. */
function needs(actor: Actor, id: number): { right: Right } {
  return { right: actor.kind === 'person' && actor.personId === id ? 'read' : 'answer' }
}

/** Lets a person follow an alert: they are told when it is answered, handed on or commented. */
export async function subscribe(
  db: Database,
  actor: Actor,
  alertId: number,
  personId: number | null,
  now: Date,
): Promise<void> {
  const id = whose(actor, personId)
  await actOn(
    db,
    actor,
    alertId,
    now,
    async (act) => {
      const { tx, alert } = act
      const name = await requirePerson(tx, id, 'user.id')
      if ((await subscribersOf(tx, alertId)).length >= SUBSCRIBERS_MAX) {
        throw fieldProblem('user.id', `An alert has at most ${SUBSCRIBERS_MAX} followers.`)
      }
      if (!(await addSubscriber(tx, { alertSourceId: alert.alert_source_id, alertId }, id, now))) return
      await tell(act, {
        type: 'StakeholderAddedLogEntry',
        text: `${name} follows the alert: added`,
        action: 'alert.subscribed',
        decision: 'subscribe',
        rule: 'subscribed-by-hand',
        people: [id],
        vars: { personId: id },
        details: { userId: id },
      })
    },
    needs(actor, id),
  )
}

/** Ends it. */
export async function unsubscribe(
  db: Database,
  actor: Actor,
  alertId: number,
  personId: number | null,
  now: Date,
): Promise<void> {
  const id = whose(actor, personId)
  await actOn(
    db,
    actor,
    alertId,
    now,
    async (act) => {
      const { tx } = act
      if (!(await removeSubscriber(tx, alertId, id))) return
      const name = await requirePerson(tx, id, 'user.id')
      const isOwn = act.by.kind === 'person' && act.by.personId === id
      await tell(act, {
        type: isOwn ? 'StakeholderUnsubscribedLogEntry' : 'StakeholderRemovedLogEntry',
        text: `${name} does not follow the alert any more: ended`,
        action: 'alert.unsubscribed',
        decision: 'unsubscribe',
        rule: 'unsubscribed-by-hand',
        people: [id],
        vars: { personId: id },
        details: { userId: id },
      })
    },
    needs(actor, id),
  )
}
