import { afterEach, describe, expect, test } from 'vitest'
import { TestClock } from '../../tests/support/clock.ts'
import type { Database } from '../database/connection.ts'
import { silentLog } from '../runtime/log.ts'
import { addSeconds } from '../runtime/time.ts'
import { type Engine, type Station, startEngine } from './engine.ts'

test('work that is due but in the hands of another node is not asked for without a pause', async () => {
  const clock = new TestClock('2026-03-02T09:00:00Z')
  let turns = 0
  const station: Station = {
    name: 'pages',
    slots: 1,
    waitsForCatchUp: false,
    advance: async () => {
      turns += 1
      return 0
    },
    nextAt: async () => new Date('2026-03-02T08:59:00Z'),
  }
  const engine = startEngine({
    flow: [station],
    db: {} as Database,
    clock,
    log: silentLog(),
    hasBacklog: async () => false,
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  for (let looks = 0; looks < 20; looks++) await settle()
  expect(turns).toBe(1)

  clock.advance(1_000)
  for (let looks = 0; looks < 20; looks++) await settle()
  expect(turns).toBe(2)
  await engine.stop()
})

test('whoever is rung for in vain rests a little before the next look, and hears a ring meanwhile', async () => {
  const clock = new TestClock('2026-03-02T09:00:00Z')
  let [turns, work] = [0, 0]
  const station: Station = {
    name: 'pages',
    slots: 1,
    waitsForCatchUp: false,
    advance: async () => {
      turns += 1
      if (work === 0) return 0
      work -= 1
      return 1
    },
    nextAt: async () => null,
  }
  const engine = startEngine({
    flow: [station],
    db: {} as Database,
    clock,
    log: silentLog(),
    hasBacklog: async () => false,
  })
  const ring = async () => {
    engine.wake()
    for (let looks = 0; looks < 20; looks++) await new Promise((resolve) => setImmediate(resolve))
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
  await engine.stop()
})

test('a ring wakes one slot; others follow while it works, and none when there was nothing', async () => {
  const clock = new TestClock('2026-03-02T09:00:00Z')
  const working: (() => void)[] = []
  let [looks, work] = [0, 0]
  const engine = startEngine({
    flow: [
      {
        name: 'pages',
        slots: 4,
        waitsForCatchUp: false,
        advance: async () => {
          looks += 1
          if (work === 0) return 0
          work -= 1
          await new Promise<void>((resolve) => working.push(resolve))
          return 1
        },
        nextAt: async () => null,
      },
    ],
    db: {} as Database,
    clock,
    log: silentLog(),
    hasBacklog: async () => false,
  })
  const settle = async () => {
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
  }
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
  await engine.stop()
})

test('a slot that fails at a ring wakes another: the work does not wait until it has calmed down', async () => {
  let [looks, failures] = [0, 0]
  const engine = startEngine({
    flow: [
      {
        name: 'pages',
        slots: 3,
        waitsForCatchUp: false,
        advance: async () => {
          looks += 1
          if (failures === 0) return 0
          failures -= 1
          throw new Error('The connection is gone.')
        },
        nextAt: async () => null,
      },
    ],
    db: {} as Database,
    clock: new TestClock('2026-03-02T09:00:00Z'),
    log: silentLog(),
    hasBacklog: async () => false,
  })
  const settle = async () => {
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
  }
  await settle()
  expect(looks).toBe(3)
  failures = 1
  engine.wake()
  await settle()
  expect(looks).toBe(5)
  await engine.stop()
})

test('a ring that names stations leaves the others asleep', async () => {
  const turns: string[] = []
  const station = (name: string): Station => ({
    name,
    slots: 1,
    waitsForCatchUp: false,
    advance: async () => {
      turns.push(name)
      return 0
    },
    nextAt: async () => null,
  })
  const engine = startEngine({
    flow: [station('pages'), station('climbs')],
    db: {} as Database,
    clock: new TestClock('2026-03-02T09:00:00Z'),
    log: silentLog(),
    hasBacklog: async () => false,
  })
  const turnsAfter = async (wake: () => void) => {
    turns.length = 0
    wake()
    for (let looks = 0; looks < 20; looks++) await new Promise((resolve) => setImmediate(resolve))
    return turns
  }
  expect(await turnsAfter(() => {})).toEqual(['pages', 'climbs'])
  expect(await turnsAfter(() => engine.wake(['another']))).toEqual([])
  expect(await turnsAfter(() => engine.wake(['climbs']))).toEqual(['climbs'])
  expect(await turnsAfter(() => engine.wake(['pages', 'another']))).toEqual(['pages'])
  await engine.stop()
})

describe('whoever waits for the next step', () => {
  const DAY_SECONDS = 86_400
  let engine: Engine | null = null
  afterEach(async () => {
    await engine?.stop()
    engine = null
  })

  /** How long the engine waits in one go, in milliseconds. */
  async function waitOf(nextAt: Date | null): Promise<number> {
    const waits: number[] = []
    const clock = new TestClock('2026-03-02T09:00:00Z')
    engine = startEngine({
      flow: [{ name: 'pages', slots: 1, waitsForCatchUp: false, advance: async () => 0, nextAt: async () => nextAt }],
      db: {} as Database,
      clock: {
        now: () => clock.now(),
        wait: (ms, signal) => {
          waits.push(ms)
          return clock.wait(ms, signal)
        },
      },
      log: silentLog(),
      hasBacklog: async () => false,
    })
    for (let looks = 0; looks < 20; looks++) await new Promise((resolve) => setImmediate(resolve))
    await engine.stop()
    expect(waits).toHaveLength(1)
    return waits[0] ?? 0
  }

  // A timer of Node's beyond 2^31 ms, some 24 days, fires at once; and none hears of a step that is moved nearer.
  test.each([0, 1, 3_600, DAY_SECONDS, 30 * DAY_SECONDS, 366 * DAY_SECONDS])(
    'looks again within a second, also when it is %d s away',
    async (seconds) => {
      const waitMs = await waitOf(addSeconds(new Date('2026-03-02T09:00:00Z'), seconds))
      expect(waitMs).toBeGreaterThan(0)
      expect(waitMs).toBeLessThanOrEqual(1_000)
    },
  )

  test('looks again within a second when there is none', async () => {
    expect(await waitOf(null)).toBeLessThanOrEqual(1_000)
  })

  test('does not wait beyond a step that is nearer than that', async () => {
    expect(await waitOf(addSeconds(new Date('2026-03-02T09:00:00Z'), 0.5))).toBe(500)
  })
})
