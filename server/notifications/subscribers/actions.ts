import type { Tx } from '../../database/connection.ts'
import { peopleByIds } from '../../directory/store.ts'
import { enqueueNotifications, UPDATE_STEP } from '../actions.ts'
import { newsWays } from '../reach/store.ts'
import { subscribersOf } from './store.ts'

/** Tells who follows an alert what happened to it; who did it needs no telling. */
export async function tellSubscribers(
  tx: Tx,
  alert: { alertSourceId: number; alertId: number; subject: string },
  news: { text: string; by: number | null },
  now: Date,
): Promise<void> {
  const people = (await subscribersOf(tx, alert.alertId)).filter((id) => id !== news.by)
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
      because: { reason: 'They follow the alert.', rule: 'follows-alert' },
    },
    now,
  )
}
