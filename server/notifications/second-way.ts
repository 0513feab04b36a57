import { randomUUID } from 'node:crypto'
import type { Priority } from '../alerts/schema.ts'
import type { Tx } from '../database/connection.ts'
import { wakeEngine } from '../database/notify.ts'
import { evidenceOf, LAST_RESORT_STEP } from './actions.ts'
import { decideSecondWay } from './decide.ts'
import { otherWays } from './reach/decide.ts'
import { reachOf } from './reach/store.ts'
import {
  cancelOne,
  hurryPage,
  type Intent,
  insertIntents,
  lockStepPages,
  type NotificationRow,
  noteUnheard,
  type PageKind,
} from './store.ts'
import { channelName, tell, tellEnding, tracePage } from './telling.ts'

/** A page did not get through: the person is reached by another way in time, if there is one (invariants.md NOT-5). */
export async function takeSecondWay(
  tx: Tx,
  row: NotificationRow,
  how: { isOver: boolean; isFirstFailure: boolean; because: string },
  now: Date,
): Promise<void> {
  const pages = await lockStepPages(tx, row)
  const others = pages.filter((page) => page.id !== row.id)
  const at = decideSecondWay(
    { priority: row.priority, ...how },
    // What a provider never confirmed covers nothing.
    others
      .filter((page) => page.receipt_state !== 'UNDELIVERED')
      .map((page) => ({ status: page.status, dueAt: page.due_at, hasFailed: hasFailed(page) })),
    now,
  )
  if (at === null) return
  const own = others.find((page) => page.status === 'SCHEDULED' && !hasFailed(page))
  if (own) {
    await hurryPage(tx, own, at)
    const text = `${channelName(own.channel)} to ${own.target} leaves earlier, as ${how.because}.`
    await tell(tx, own, text, now)
    await tracePage(tx, own, { decision: 'hurry', reason: text, rule: 'second-way' }, now)
    await wakeEngine(tx)
    return
  }
  const reach = (await reachOf(tx, [row.person_id])).get(row.person_id)
  const used = pages.map((page) => ({ method: page.channel, contactId: page.contact_id }))
  const [way] = otherWays(reach?.contacts ?? [], used)
  if (!way) return
  const intent: Intent = {
    id: randomUUID(),
    alertSourceId: row.alert_source_id,
    alertId: row.alert_id,
    personId: row.person_id,
    contactId: way.contactId,
    channel: way.method,
    target: way.target,
    round: row.round,
    levelIndex: row.level_index,
    priority: row.priority as Priority,
    subject: row.subject,
    climb: row.climb,
    kind: row.kind as PageKind,
    note: row.note,
    dueAt: at,
    standsInFor: row.id,
  }
  if ((await insertIntents(tx, [intent], now)).length === 0) return
  const when = at > now ? 'in a minute, unless it gets through before' : 'now'
  const text = `${channelName(way.method)} to ${way.target} goes out ${when}, as ${how.because}.`
  const page = { ...row, id: intent.id, channel: intent.channel }
  await tell(tx, page, text, now)
  const evidence = { intents: [evidenceOf(intent, now)] }
  await tracePage(tx, page, { decision: 'plan', reason: text, rule: 'second-way', evidence }, now)
  await wakeEngine(tx)
}

/** What waits has a reason too, and was not tried. */
function hasFailed(page: NotificationRow): boolean {
  return page.attempts > 0 && page.error !== null
}

/** One way got through: what stands in for it, or what it stood in for, need not. */
export async function callOffOtherWay(tx: Tx, row: NotificationRow, now: Date): Promise<void> {
  if (row.priority !== 'HIGH') return
  const pages = await lockStepPages(tx, row)
  const related = pages.filter((page) => page.stands_in_for === row.id || page.id === row.stands_in_for)
  for (const page of related) {
    const reason = `${channelName(row.channel)} to ${row.target} got through`
    if (!(await cancelOne(tx, page, reason, now))) continue
    const ending = { decision: 'cancel', status: 'CANCELLED', rule: 'other-way-got-through' } as const
    await tellEnding(tx, page, ending, `${channelName(page.channel)} to ${page.target} is called off: ${reason}.`, now)
  }
}

/** When no page of its step got through, escalation need not wait for an answer. */
export async function tellUnheard(tx: Tx, row: NotificationRow, now: Date): Promise<void> {
  // Nobody waits for an answer to what was sent beside the policy.
  if (row.level_index < LAST_RESORT_STEP.levelIndex || !(await noteUnheard(tx, row, now))) return
  await wakeEngine(tx)
}
