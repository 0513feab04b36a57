import { resolveInTransaction } from '../alerts/actions.ts'
import { lockAlert } from '../alerts/store.ts'
import { raise } from '../alerts/timers/actions.ts'
import type { Tx } from '../database/connection.ts'
import { turnsOfPolicy } from '../escalation/people/store.ts'
import { advance, type TurnBook } from '../escalation/step.ts'
import { claimDueEscalations } from '../escalation/store.ts'
import { decideAfterAttempt } from '../notifications/decide.ts'
import { LEASE_SECONDS } from '../notifications/outbox.ts'
import { heldBack, saveOutcome } from '../notifications/sending.ts'
import { findDuePage, type NotificationRow, seenBy, takePage } from '../notifications/store.ts'
import { addHours, addSeconds, later } from '../runtime/time.ts'
import { elapsedMs } from '../runtime/timers.ts'
import { DUE_KINDS, type DueKind, dueOf, putAside } from './store.ts'

/** How a walk is bounded, and what it must know beside the rows. */
export interface WalkContext {
  stormPages: number
  /** Why a channel cannot send, by method. */
  closedChannels: ReadonlyMap<string, string>
  /** On `elapsedMs`: it is cut then. */
  stopsAt: number
}

const MOVES_MAX = 3_000
const HOURS_PER_CENTURY = 24 * 36_525

/**
 * Lets everything happen that is due for one alert from `from` on, one instant after the other, while nobody answers. The
 * decisions are those of the stations; only what would leave is taken for sent. True when there was more than is worked out.
 */
export async function walk(tx: Tx, context: WalkContext, alertId: number, from: Date): Promise<boolean> {
  const turns = rememberedTurns()
  let at = from
  for (let moves = 0; moves < MOVES_MAX && elapsedMs() < context.stopsAt; moves++) {
    const due = await dueOf(tx, alertId)
    const times = DUE_KINDS.flatMap((kind) => due[kind]?.getTime() ?? [])
    if (times.length === 0) return false
    at = later(at, new Date(Math.min(...times)))
    const kind = DUE_KINDS.find((one) => due[one] !== null && due[one] <= at)
    if (!kind || !(await move(tx, context, kind, alertId, turns, at))) return false
  }
  return true
}

/** Does what is due, as its station does; false when there was nothing to do after all. */
async function move(
  tx: Tx,
  context: WalkContext,
  kind: DueKind,
  alertId: number,
  turns: TurnBook,
  now: Date,
): Promise<boolean> {
  switch (kind) {
    case 'step': {
      const [climb] = await claimDueEscalations(tx, now, 1, { only: [alertId] })
      if (climb) await advance(tx, climb, now, turns)
      return climb !== undefined
    }
    case 'page': {
      const page = await findDuePage(tx, now, alertId)
      if (page) await takeForSent(tx, context, page, now)
      return page !== null
    }
    case 'end':
      return resolveInTransaction(tx, alertId, { kind: 'auto-resolution' }, null, now)
    case 'raise': {
      const alert = await lockAlert(tx, alertId)
      if (alert) await raise(tx, alert, now)
      return alert !== null
    }
  }
}

/** A page that leaves now counts as received, unless it is held back or its channel is not set up. */
async function takeForSent(tx: Tx, context: WalkContext, page: NotificationRow, now: Date): Promise<void> {
  if (await heldBack(tx, context, page, now, seenBy)) return
  const taken = await takePage(tx, page, addSeconds(now, LEASE_SECONDS))
  const trouble = context.closedChannels.get(page.channel)
  const outcome =
    trouble === undefined ? ({ kind: 'sent', receipt: null } as const) : ({ kind: 'retry', reason: trouble } as const)
  const after = decideAfterAttempt(outcome, taken.attempts, taken.created_at, 0, now)
  await saveOutcome(tx, taken, after, { awaitsReceipt: false, isGone: false }, now)
  if (after.kind === 'again') await putAside(tx, taken, addHours(now, HOURS_PER_CENTURY))
}

/** Turns that are known from the rows, and taken in memory: a real climb never waits for a simulated one. */
function rememberedTurns(): TurnBook {
  const known = new Map<number, Map<number, number>>()
  const ofPolicy = async (tx: Tx, policyId: number) => {
    const turns = known.get(policyId) ?? (await turnsOfPolicy(tx, policyId))
    known.set(policyId, turns)
    return turns
  }
  return {
    of: async (tx, policyId) => new Map(await ofPolicy(tx, policyId)),
    save: async (tx, policyId, levelIndex, personId) => {
      ;(await ofPolicy(tx, policyId)).set(levelIndex, personId)
    },
  }
}
