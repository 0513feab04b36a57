import { setTimeout as pause } from 'node:timers/promises'
import type { Dice } from '../faults/dice.ts'
import type { FaultWindow } from '../faults/fault-windows.ts'
import { isReady } from '../faults/product.ts'
import { until } from '../faults/until.ts'
import type { JsonClient } from '../support/json-client.ts'
import { strike } from './kills.ts'
import type { Resumption } from './resumption.ts'
import type { Scene } from './scene.ts'
import type { Kill } from './words.ts'

/** One kill, in milliseconds since it. */
export interface Round {
  kill: Kill
  /** Until a delivery sent after the kill was acknowledged. */
  resumedMs: number
  /** Until every node said that it can commit. */
  readyMs: number
  /** Until the pair was whole again. */
  wholeMs: number
  /** Whether the standby took over. */
  isFailover: boolean
  /** While nothing was whole; only what is late outside of it is late. */
  window: FaultWindow
}

const BEFORE_MS = [500, 2_500] as const
const RESUMED_MS_MAX = 90_000
const READY_MS_MAX = 60_000
const CAUGHT_UP_MS_MAX = 60_000
const UNREAD_MAX = 20
const WITH_PRIMARY_MS_MAX = 30_000

/** Takes the primary away in the middle of the stream, measures, gives it back and waits until the pair is whole. */
export async function playRound(kill: Kill, scene: Scene, resumption: Resumption, dice: Dice): Promise<Round> {
  const { pair, nodes } = scene
  await pause(dice.between(...BEFORE_MS))
  const primary = await until('there is a primary', WITH_PRIMARY_MS_MAX, () => pair.primary())
  const [first, second] = pair.members
  const standby = primary.name === first.name ? second : first

  const from = Date.now()
  const giveBack = await strike(kill, primary, standby, dice)
  const began = performance.now()
  try {
    const [resumedMs, readyMs] = await Promise.all([
      resumption.next(RESUMED_MS_MAX),
      until('every node is ready', READY_MS_MAX + RESUMED_MS_MAX, async () => {
        const ready = await Promise.all(nodes.map((node) => isReady(node.url)))
        return ready.every(Boolean) ? performance.now() - began : null
      }),
    ])
    const isFailover = (await pair.primary())?.name === standby.name
    giveBack()
    await pair.untilWhole()
    const wholeMs = performance.now() - began
    await until('the nodes have read what came meanwhile', CAUGHT_UP_MS_MAX, () => hasCaughtUp(nodes[0].api))
    return {
      kill,
      resumedMs,
      readyMs,
      wholeMs,
      isFailover,
      window: { from, until: Date.now() },
    }
  } catch (cause) {
    giveBack()
    throw cause
  }
}

/** So that what one kill left behind is not laid at the door of the next. */
async function hasCaughtUp(api: JsonClient): Promise<boolean> {
  return (await api.get<unknown[]>(`/api/deliveries?outcome=NEW&max-results=${UNREAD_MAX}`)).length < UNREAD_MAX
}
