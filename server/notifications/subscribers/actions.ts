import type { Tx } from '../../database/connection.ts'
import { peopleByIds } from '../../directory/store.ts'
import { addMinutes } from '../../runtime/time.ts'
import { enqueueNotifications, UPDATE_STEP } from '../actions.ts'
import { newsWays } from '../reach/store.ts'
import { subscribersOf, wasUpdated } from './store.ts'

/** More of the same is told this often at most. */
export const WORKER_TOLD_MINUTES = 15

/** Tells who works on an alert that more joined it, once in a while (invariants.md DED-7). */
export async function tellWorker(
  tx: Tx,
  alert: { alertSourceId: number; alertId: number; subject: string; personId: number },
  text: string,
  now: Date,
): Promise<void> {
  const { personId, ...about } = alert
  if (await wasUpdated(tx, alert.alertId, personId, addMinutes(now, -WORKER_TOLD_MINUTES))) return
  const because = {
    reason: `More joined the alert they work on, told every ${WORKER_TOLD_MINUTES} min.`,
    rule: 'joined-accepted',
  }
  await tellNews(tx, about, [personId], { text, because }, now)
}

/** Tells who follows an alert what happened to it; who did it needs no telling. */
export async function tellSubscribers(
  tx: Tx,
  alert: { alertSourceId: number; alertId: number; subject: string },
  news: { text: string; by: number | null },
  now: Date,
): Promise<void> {
  const people = (await subscribersOf(tx, alert.alertId)).filter((id) => id !== news.by)
  await tellNews(
    tx,
    alert,
    people,
    { text: news.text, because: { reason: 'They follow the alert.', rule: 'follows-alert' } },
    now,
  )
}

async function tellNews(
  tx: Tx,
  alert: { alertSourceId: number; alertId: number; subject: string },
  people: readonly number[],
  news: { text: string; because: { reason: string; rule: string } },
  now: Date,
): Promise<void> {
  if (people.length === 0) return
  const ways = await newsWays(tx, people)
  const recipients = (await peopleByIds(tx, people)).flatMap((person) => {
    const own = ways.get(person.id)
    const name = `${person.firstName} ${person.lastName}`.trim()
    return own ? [{ personId: person.id, name, ways: own }] : []
  })
  await enqueueNotifications(
    tx,
    {
      ...alert,
      ...UPDATE_STEP,
      climb: 1,
      // Nobody waits for it: pages go first.
      priority: 'LOW',
      kind: 'UPDATE',
      note: news.text,
      recipients,
      because: news.because,
    },
    now,
  )
}
