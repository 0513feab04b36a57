import { resolveInTransaction } from '../alerts/actions.ts'
import { lockAlert } from '../alerts/store.ts'
import { raise } from '../alerts/timers/actions.ts'
import type { Tx } from '../database/connection.ts'
import { advance, type TurnBook } from '../escalation/climb.ts'
import { turnsOfPolicy } from '../escalation/people/store.ts'
import { claimDueEscalations } from '../escalation/store.ts'
import { decideAfterAttempt } from '../notifications/decide.ts'
import { LEASE_SECONDS } from '../notifications/outbox.ts'
import { heldBack, saveOutcome } from '../notifications/sending.ts'
import { findDuePage, type NotificationRow, seenBy, takePage } from '../notifications/store.ts'
import { addHours, addSeconds, later } from '../runtime/time.ts'
import { elapsedMs } from '../runtime/timers.ts'
import { nextOf, putAside } from './store.ts'

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
    const next = await nextOf(tx, alertId)
    if (next === null) return false
    at = later(at, next)
    if ((await moveAll(tx, context, alertId, turns, at)) === 0) return false
  }
  return true
}

/** The stations in their order; returns how many moved something. */
async function moveAll(tx: Tx, context: WalkContext, alertId: number, turns: TurnBook, now: Date): Promise<number> {
  const [climb] = await claimDueEscalations(tx, now, 1, alertId)
  if (climb) {
    await advance(tx, climb, now, turns)
    return 1
  }
  const page = await findDuePage(tx, now, alertId)
  if (page) {
    await takeForSent(tx, context, page, now)
    return 1
  }
  const alert = await lockAlert(tx, alertId)
  if (!alert || alert.status === 'RESOLVED') return 0
  if (alert.auto_resolve_at !== null && alert.auto_resolve_at <= now) {
    return Number(await resolveInTransaction(tx, alertId, { kind: 'auto-resolution' }, null, now))
  }
  if (alert.status !== 'PENDING' || alert.raise_at === null || alert.raise_at > now) return 0
  await raise(tx, alert, now)
  return 1
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
