import type { Tx } from '../database/connection.ts'
import { peopleByIds } from '../directory/store.ts'
import { enqueueNotifications, UPDATE_STEP } from './actions.ts'
import { soonest, type Ways } from './reach/decide.ts'
import { newsWays, waysToReach } from './reach/store.ts'
import { summaryOfAlert } from './store.ts'

export interface News {
  text: string
  people: readonly number[]
  /** Urgent news goes as a high-priority page would at first, other news by the quietest way. */
  isUrgent?: boolean
  because: { reason: string; rule: string }
}

/** Tells people what happened to an alert. It asks nobody for an answer, and is not taken back by one. */
export async function tellPeople(
  tx: Tx,
  alert: { alertSourceId: number; alertId: number; subject?: string },
  news: News,
  now: Date,
): Promise<void> {
  const people = [...new Set(news.people)]
  if (people.length === 0) return
  const ways = news.isUrgent ? await urgentWays(tx, people) : await newsWays(tx, people)
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
      subject: alert.subject ?? (await summaryOfAlert(tx, alert.alertId)),
      climb: 1,
      priority: news.isUrgent ? 'HIGH' : 'LOW',
      kind: 'UPDATE',
      note: news.text,
      recipients,
      because: news.because,
    },
    now,
  )
}

async function urgentWays(tx: Tx, people: readonly number[]): Promise<Map<number, Ways>> {
  const ways = await waysToReach(tx, people, 'HIGH')
  return new Map([...ways].map(([id, own]) => [id, soonest(own)]))
}
