import { afterEach, describe, expect, test } from 'vitest'
import { TestClock } from '../../tests/support/clock.ts'
import type { Database } from '../database/connection.ts'
import type { Clock } from '../runtime/clock.ts'
import { silentLog } from '../runtime/log.ts'
import { addSeconds } from '../runtime/time.ts'
import { type Engine, type Station, startEngine } from './engine.ts'

const START = new Date('2026-03-02T09:00:00Z')

/** An engine that is moved by a test's clock and rings only. */
const engineOf = (clock: Clock, ...flow: Station[]) =>
  startEngine({ flow, db: {} as Database, clock, log: silentLog(), catchUp: { isDone: async () => true } })

/** A station whose turns are the test's. */
const stationOf = (advance: () => Promise<number>, some: Partial<Station> = {}): Station => ({
  name: 'pages',
  slots: 1,
  waitsForCatchUp: false,
  advance,
  nextAt: async () => null,
  ...some,
})

/** Lets everything happen that waits for no time. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
}

let engine: Engine | null = null
afterEach(async () => {
  await engine?.stop()
  engine = null
})

test('work that is due but in the hands of another node is not asked for without a pause', async () => {
  const clock = new TestClock(START)
  let turns = 0
  const advance = async () => {
    turns += 1
    return 0
  }
  engine = engineOf(clock, stationOf(advance, { nextAt: async () => addSeconds(START, -60) }))
  await settle()
  expect(turns).toBe(1)

  clock.advance(1_000)
  await settle()
  expect(turns).toBe(2)
})

describe('at a ring', () => {
  test('whoever looked in vain rests a little before the next look, and hears a ring meanwhile', async () => {
    const clock = new TestClock(START)
    let [turns, work] = [0, 0]
    const running = engineOf(
      clock,
      stationOf(async () => {
        turns += 1
        if (work === 0) return 0
        work -= 1
        return 1
      }),
    )
    engine = running
    const ring = async () => {
      running.wake()
      await settle()
    }
    for (let rings = 0; rings < 50; rings++) await ring()
    expect(turns).toBeLessThan(5)

    const before = turns
    for (let ms = 0; ms < 1_000; ms++) {
      await ring()
      clock.advance(1)
    }
    expect(turns - before).toBeGreaterThanOrEqual(9)
    expect(turns - before).toBeLessThan(20)

    work = 1
    clock.advance(100)
    await ring()
    expect(work).toBe(0)
    // What was worth the look takes the rest away.
    const after = turns
    await ring()
    expect(turns).toBe(after + 1)
  })

  test('one slot looks; others follow while it works, and none when there was nothing', async () => {
    const clock = new TestClock(START)
    const working: (() => void)[] = []
    let [looks, work] = [0, 0]
    const advance = async () => {
      looks += 1
      if (work === 0) return 0
      work -= 1
      await new Promise<void>((resolve) => working.push(resolve))
      return 1
    }
    engine = engineOf(clock, stationOf(advance, { slots: 4 }))
    await settle()
    expect(looks).toBe(4)

    work = 3
    engine.wake()
    await settle()
    expect(working).toHaveLength(1)
    for (const expected of [2, 3]) {
      clock.advance(30)
      await settle()
      expect(working).toHaveLength(expected)
    }
    // The fourth finds nothing, and nobody is left to be woken.
    clock.advance(30)
    await settle()
    expect(looks).toBe(8)
    for (const done of working.splice(0)) done()
    await settle()
    clock.advance(2_000)
    await settle()

    const before = looks
    engine.wake()
    await settle()
    expect(looks).toBe(before + 1)
  })

  test('a slot that fails wakes another, and without a ring nobody', async () => {
    const clock = new TestClock(START)
    let [looks, failures] = [0, 0]
    const advance = async () => {
      looks += 1
      if (failures === 0) return 0
      failures -= 1
      throw new Error('The connection is gone.')
    }
    engine = engineOf(clock, stationOf(advance, { slots: 3 }))
    await settle()
    expect(looks).toBe(3)
    failures = 1
    engine.wake()
    await settle()
    expect(looks).toBe(5)

    // The database is away: each slot finds it out at its own time, and again when it has calmed down.
    clock.advance(1_100)
    await settle()
    failures = Number.POSITIVE_INFINITY
    const before = looks
    clock.advance(1_100)
    await settle()
    expect(looks - before).toBe(3)
  })

  test('stations that it does not name stay asleep', async () => {
    const turns: string[] = []
    const station = (name: string) =>
      stationOf(
        async () => {
          turns.push(name)
          return 0
        },
        { name },
      )
    const running = engineOf(new TestClock(START), station('pages'), station('climbs'))
    engine = running
    const turnsAfter = async (wake: () => void) => {
      turns.length = 0
      wake()
      await settle()
      return turns
    }
    expect(await turnsAfter(() => {})).toEqual(['pages', 'climbs'])
    expect(await turnsAfter(() => running.wake(['another']))).toEqual([])
    expect(await turnsAfter(() => running.wake(['climbs']))).toEqual(['climbs'])
    expect(await turnsAfter(() => running.wake(['pages', 'another']))).toEqual(['pages'])
  })
})

test('the catching up of a start is looked at once for all who wait for it, and they go on as soon as it is through', async () => {
  const clock = new TestClock(START)
  let [looks, isDone] = [0, false]
  const turned = new Set<string>()
  const station = (name: string, waitsForCatchUp: boolean) =>
    stationOf(
      async () => {
        turned.add(name)
        return 0
      },
      { name, slots: 3, waitsForCatchUp },
    )
  const catchUp = {
    isDone: async () => {
      looks += 1
      if (looks === 3) throw new Error('The database is away.')
      return isDone
    },
  }
  const flow = [station('intake', false), station('climbs', true), station('pages', true)]
  engine = startEngine({ flow, db: {} as Database, clock, log: silentLog(), catchUp })
  await settle()
  // The third look fails, and the next one takes its time.
  for (let turns = 0; turns < 11; turns++) {
    clock.advance(50)
    await settle()
  }
  expect(looks).toBe(3)
  clock.advance(50)
  await settle()
  clock.advance(50)
  await settle()
  expect(looks).toBe(5)
  expect([...turned]).toEqual(['intake'])

  isDone = true
  clock.advance(50)
  await settle()
  expect([...turned]).toEqual(['intake', 'climbs', 'pages'])
  clock.advance(3_000)
  await settle()
  expect(looks).toBe(6)
})

describe('whoever waits for the next step', () => {
  const DAY_SECONDS = 86_400

  /** How long the engine waits in one go, in milliseconds. */
  async function waitOf(nextAt: Date | null): Promise<number> {
    const waits: number[] = []
    const clock = new TestClock(START)
    const wait: Clock['wait'] = (ms, signal) => {
      waits.push(ms)
      return clock.wait(ms, signal)
    }
    engine = engineOf(
      { now: () => clock.now(), wait },
      stationOf(async () => 0, { nextAt: async () => nextAt }),
    )
    await settle()
    await engine.stop()
    expect(waits).toHaveLength(1)
    return waits[0] ?? 0
  }

  // A timer of Node's beyond 2^31 ms, some 24 days, fires at once; and none hears of a step that is moved nearer.
  test.each([0, 1, 3_600, DAY_SECONDS, 30 * DAY_SECONDS, 366 * DAY_SECONDS])(
    'looks again within a second, also when it is %d s away',
    async (seconds) => {
      const waitMs = await waitOf(addSeconds(START, seconds))
      expect(waitMs).toBeGreaterThan(0)
      expect(waitMs).toBeLessThanOrEqual(1_000)
    },
  )

  test('looks again within a second when there is none', async () => {
    expect(await waitOf(null)).toBeLessThanOrEqual(1_000)
  })

  test('does not wait beyond a step that is nearer than that', async () => {
    expect(await waitOf(addSeconds(START, 0.5))).toBe(500)
  })
})
