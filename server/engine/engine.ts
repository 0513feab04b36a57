import type { Database } from '../database/connection.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { elapsedMs } from '../runtime/timers.ts'
import type { CatchUp } from './catch-up.ts'

/** One station of the flow, as the engine turns it. */
export interface Station {
  name: string
  /** How many passes may run side by side on one node. */
  slots: number
  /** True for stations that must not act before what arrived until the start was read (invariants.md ESC-8). */
  waitsForCatchUp: boolean
  /** One pass at `now`; returns how much it moved, 0 when nothing was due. */
  advance(now: Date): Promise<number>
  /** When something will be due; null when nothing is planned. */
  nextAt(): Promise<Date | null>
}

/** Polling is the truth: no station looks less often, whatever hints it gets. */
const IDLE_MS = 1_000
const TROUBLE_MS = 500
/** How often it is asked whether all was read that waited at the start: once for all stations, which have better to do. */
const CATCH_UP_LOOK_MS = 50
/** What is due and was not moved is in another node's hands: asking again and again would only take its time. */
const BUSY_ELSEWHERE_MS = 200
/**
 * In a storm it rings a hundred times a second on every node. Whoever looks in vain again and again rests before the next
 * look, a little longer each time, or the looking would take the database's time from the work.
 */
const REST_STEP_MS = 10
const REST_MS_MAX = 100
/** One slot of a station answers a ring; the next one follows when the pass takes so long that it must have found work. */
const PASS_ON_MS = 25

export interface EngineHealth {
  /** Milliseconds since the slowest station began its last turn, on the process's own clock. */
  silentMs(): number
}

export interface Engine extends EngineHealth {
  /** Something was handed on: look now. `stations`: those it is for; all when null. */
  wake(stations?: readonly string[] | null): void
  stop(): Promise<void>
}

/** Turns every station's crank until stopped. All state is in the database, so a crash costs one turn. */
export function startEngine(options: {
  flow: readonly Station[]
  db: Database
  clock: Clock
  log: Log
  catchUp: Pick<CatchUp, 'isDone'>
}): Engine {
  const { clock, log, catchUp } = options
  const stopping = new AbortController()
  const bells = new Map<string, Bell>()
  const turnedAt = new Map<string, number>()
  let isCaughtUp = !options.flow.some((station) => station.waitsForCatchUp)

  const turn = async (station: Station, slot: number, bell: Bell) => {
    let [inVain, relays] = [0, station.slots - 1]
    while (!stopping.signal.aborted) {
      turnedAt.set(`${station.name}/${slot}`, elapsedMs())
      const heard = bell.listen()
      let waitMs: number
      try {
        const isHeld = station.waitsForCatchUp && !isCaughtUp
        const now = await clock.now()
        const moved = isHeld ? 0 : await passingOn(bell, relays, clock, () => station.advance(now))
        if (moved > 0) {
          inVain = 0
          relays = station.slots - 1
          bell.wakeAnother()
          continue
        }
        waitMs = isHeld ? IDLE_MS : await idleMs(station, now)
      } catch (cause) {
        log.error({ err: cause, station: station.name }, 'engine.turn-failed')
        // A ring was for work: another slot may have more luck with it. Without one there is nothing to hurry for.
        if (inVain > 0 && relays > 0) bell.wakeAnother(relays - 1)
        waitMs = TROUBLE_MS
      }
      const restMs = Math.min(waitMs, REST_MS_MAX, inVain * REST_STEP_MS)
      if (restMs > 0) await clock.wait(restMs, stopping.signal)
      const rung = await heard.orAfter(waitMs - restMs, clock, stopping.signal)
      inVain = rung === null ? 0 : inVain + 1
      relays = rung ?? station.slots - 1
    }
    turnedAt.delete(`${station.name}/${slot}`)
  }

  const running = options.flow.flatMap((station) => {
    const bell = new Bell(station.slots)
    bells.set(station.name, bell)
    return Array.from({ length: station.slots }, (_, slot) => turn(station, slot, bell))
  })
  const catchUpAll = async () => {
    while (!isCaughtUp && !stopping.signal.aborted) {
      let waitMs = CATCH_UP_LOOK_MS
      try {
        isCaughtUp = await catchUp.isDone(await clock.now())
      } catch (cause) {
        log.error({ err: cause }, 'engine.catch-up-failed')
        waitMs = TROUBLE_MS
      }
      if (!isCaughtUp) await clock.wait(waitMs, stopping.signal)
    }
    wake()
  }
  const wake = (stations: readonly string[] | null = null) => {
    for (const [name, bell] of bells) if (stations === null || stations.includes(name)) bell.ring()
  }
  if (!isCaughtUp) running.push(catchUpAll())
  return {
    wake,
    silentMs: () => Math.max(0, ...[...turnedAt.values()].map((at) => elapsedMs() - at)),
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

async function idleMs(station: Station, now: Date): Promise<number> {
  const next = await station.nextAt()
  if (next === null) return IDLE_MS
  return Math.min(IDLE_MS, Math.max(BUSY_ELSEWHERE_MS, next.getTime() - now.getTime()))
}

/**
 * One pass. When it takes so long that it must have found work, there may be work for another slot, too; `relays`: how
 * many may be woken so, one after the other.
 */
async function passingOn(bell: Bell, relays: number, clock: Clock, pass: () => Promise<number>): Promise<number> {
  if (relays <= 0) return pass()
  const over = new AbortController()
  const goesOn = clock.wait(PASS_ON_MS, over.signal).then(() => {
    if (!over.signal.aborted) bell.wakeAnother(relays - 1)
  })
  try {
    return await pass()
  } finally {
    over.abort()
    await goesOn
  }
}

/** Wakes one of those who wait; whoever was looking as it rang looks again instead of waiting. */
class Bell {
  readonly #relaysMax: number
  #rings = 0
  readonly #waiting = new Set<(relays: number) => void>()

  constructor(slots: number) {
    this.#relaysMax = slots - 1
  }

  ring(): void {
    this.#rings += 1
    this.wakeAnother(this.#relaysMax)
  }

  /** Wakes one who waits, if any; `relays`: how many may be woken after it. */
  wakeAnother(relays = this.#relaysMax): void {
    const [first] = this.#waiting
    first?.(relays)
  }

  listen() {
    const heard = this.#rings
    return {
      /** How many may be woken after this one, when it rang before the time was over; null when it did not. */
      orAfter: async (ms: number, clock: Clock, stop: AbortSignal): Promise<number | null> => {
        if (this.#rings !== heard) return this.#relaysMax
        const woken = new AbortController()
        let relays: number | null = null
        const wake = (some: number) => {
          relays = some
          this.#waiting.delete(wake)
          woken.abort()
        }
        this.#waiting.add(wake)
        await clock.wait(ms, AbortSignal.any([woken.signal, stop]))
        this.#waiting.delete(wake)
        return relays
      },
    }
  }
}
