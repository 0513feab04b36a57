import { randomUUID } from 'node:crypto'
import { ensureOwnSource } from '../../alert-sources/store.ts'
import type { Database } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { ensureDefaultPolicy } from '../../escalation/policies/actions.ts'
import { addDeliveries } from '../../intake/store.ts'
import type { Log } from '../../runtime/log.ts'
import { addSeconds } from '../../runtime/time.ts'
import { claimRound, levels, setMark } from '../marks/store.ts'
import { type AlarmKey, decideAlarms } from './decide.ts'
import { readWatchFacts, SELF } from './store.ts'

const ALARM_SECONDS = 10
const KEYS: readonly AlarmKey[] = ['unattended', 'findings', 'set-aside', 'unread', 'late', 'missed', 'expired']

/** One round of the watch, when it is time: what is wrong with this installation becomes a delivery of its own source. Returns how many. */
export async function raiseAlarms({ db, log }: { db: Database; log: Log }, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    if (!(await claimRound(tx, 'alarms', addSeconds(now, -ALARM_SECONDS), now))) return 0
    const marks = await levels(tx)
    const told = new Map(KEYS.map((key) => [key, marks.get(`alarm/${key}`) ?? 0]))
    const { notices, levels: reached } = decideAlarms(await readWatchFacts(tx, now), told)
    for (const [key, level] of reached) {
      if (level !== told.get(key)) await setMark(tx, `alarm/${key}`, level, now)
    }
    if (notices.length === 0) return 0
    const alertSourceId = await ensureOwnSource(
      tx,
      { type: SELF, name: 'Tocsin itself' },
      await ensureDefaultPolicy(tx, now),
      now,
    )
    await addDeliveries(
      tx,
      notices.map((notice) => ({
        alertSourceId,
        id: randomUUID(),
        answerStatus: 200,
        headers: {},
        body: Buffer.from(JSON.stringify(notice)),
      })),
      now,
    )
    for (const { type, key, summary } of notices) log.warn({ type, key, summary }, 'watch.alarm')
    await tellLive(tx, { kind: 'status' })
    return notices.length
  })
}
