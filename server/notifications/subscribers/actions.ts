import type { Tx } from '../../database/connection.ts'
import { addMinutes } from '../../runtime/time.ts'
import { tellPeople } from '../news.ts'
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
  await tellPeople(tx, about, { text, people: [personId], because }, now)
}

/** Tells who follows an alert what happened to it; who did it needs no telling. */
export async function tellSubscribers(
  tx: Tx,
  alert: { alertSourceId: number; alertId: number; subject: string },
  news: { text: string; by: number | null },
  now: Date,
): Promise<void> {
  const people = (await subscribersOf(tx, alert.alertId)).filter((id) => id !== news.by)
  const because = { reason: 'They follow the alert.', rule: 'follows-alert' }
  await tellPeople(tx, alert, { text: news.text, people, because }, now)
}
