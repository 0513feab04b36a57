import { randomUUID } from 'node:crypto'
import type { Tx } from '../../database/connection.ts'
import { wakeEngine } from '../../database/notify.ts'
import { newsWays } from '../reach/store.ts'
import { recipientOf } from '../store.ts'
import { insertNotice } from './store.ts'

/** What became of a request to take a shift. */
export interface CoverageNews {
  what: 'ASKED' | 'ACCEPTED' | 'DECLINED' | 'WITHDRAWN'
  by: string
  schedule: string
  start: Date
  end: Date
  message: string
}

/** Tells a person of a coverage request by the way news goes to them; whoever has no contact reads it in the list. */
export async function tellCoverage(tx: Tx, personId: number, news: CoverageNews, now: Date): Promise<void> {
  const way = (await newsWays(tx, [personId])).get(personId)?.ways[0]
  if (!way) return
  const { timezone } = await recipientOf(tx, personId)
  await insertNotice(
    tx,
    {
      id: randomUUID(),
      kind: 'COVERAGE',
      personId,
      contactId: way.contactId,
      channel: way.method,
      target: way.target,
      facts: { ...news, start: news.start.toISOString(), end: news.end.toISOString(), timezone },
    },
    now,
  )
  await wakeEngine(tx)
}
