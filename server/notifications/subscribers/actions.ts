import type { Tx } from '../../database/connection.ts'
import { tellPeople } from '../news.ts'
import { subscribersOf } from './store.ts'

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
