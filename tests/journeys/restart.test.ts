import { afterEach, describe, expect, it, vi } from 'vitest'
import { readClock } from '../../server/database/clock.ts'
import { type Engine, type Station, startEngine } from '../../server/engine/engine.ts'
import { databaseClock } from '../../server/runtime/clock.ts'
import { silentLog } from '../../server/runtime/log.ts'
import { addSeconds } from '../../server/runtime/time.ts'
import { wait } from '../../server/runtime/timers.ts'
import { catchUpOf } from '../../server/watch/catch-up.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, alertsOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const TURNS = 3

describe('a start after a while', () => {
  let engine: Engine | null = null
  afterEach(async () => {
    await engine?.stop()
    engine = null
  })

  /** Starts the engine, whose intake begins only after escalation could have taken a step. */
  function startWithSlowIntake(world: World): Engine {
    const begin = Promise.withResolvers<void>()
    let turns = 0
    const slow = (station: Station): Station => ({
      ...station,
      advance: async (now) => {
        await begin.promise
        return station.advance(now)
      },
    })
    const counted = (station: Station): Station => ({
      ...station,
      // The engine asks at the beginning of each turn.
      get waitsForCatchUp() {
        turns += 1
        if (turns >= TURNS) begin.resolve()
        return station.waitsForCatchUp
      },
    })
    return startEngine({
      flow: world.flow.map((one) =>
        one.name === 'intake' ? slow(one) : one.name === 'escalation' ? counted(one) : one,
      ),
      db: world.db,
      clock: { now: () => world.clock.now(), wait },
      log: silentLog(),
      catchUp: catchUpOf(world.db),
    })
  }

  it('reads the accept that waits before it takes the step that is overdue', async () => {
    const world = await open({ losesNoCommits: true })
    const { source } = await addSource(world, { name: 'Monitoring', integrationType: 'API' })
    const send = (eventType: string) =>
      world.outside.post('/api/events', {
        integrationKey: source.integrationKey,
        eventType,
        summary: 'Disk almost full',
        alertKey: 'disk',
      })
    await send('ALERT')
    await world.settle()
    expect(await world.mails()).toHaveLength(1)

    // Nothing runs for twenty minutes: the second person is due after fifteen, and then somebody accepts.
    world.clock.advance(20 * 60_000)
    await send('ACCEPT')
    engine = startWithSlowIntake(world)
    await vi.waitFor(async () => expect(await alertsOf(world)).toMatchObject([{ status: 'ACCEPTED' }]), {
      timeout: 20_000,
    })
    await engine.stop()
    await world.settle()
    const [alert] = await alertsOf(world)
    expect(await world.api.get(`/api/alerts/${alert?.id}/notifications`)).toMatchObject([{ target: 'pia@example.com' }])
    expect(await world.mails()).toHaveLength(1)
  })
})

describe('starts in a row with something unread', () => {
  /** The world, and a delivery that nobody reads. */
  async function openWithUnread() {
    const world = await open({ losesNoCommits: true })
    const { source } = await addSource(world, { name: 'Monitoring', integrationType: 'API' })
    const send = (alertKey: string) =>
      world.outside.post('/api/events', {
        integrationKey: source.integrationKey,
        eventType: 'ALERT',
        summary: 'Disk almost full',
        alertKey,
      })
    await send('disk')
    /** Seconds for which a start now holds back what is overdue. */
    const heldSeconds = async () => {
      const catchUp = catchUpOf(world.db)
      for (let half = 0; half < 80; half++)
        if (await catchUp.isDone(addSeconds(world.clock.instant, half / 2))) return half / 2
      return Number.POSITIVE_INFINITY
    }
    return { world, send, heldSeconds }
  }

  it('hold back for half a minute, and ever less when none gets through', async () => {
    const { world, heldSeconds } = await openWithUnread()
    const held: number[] = []
    for (let start = 0; start < 14; start++) {
      held.push(await heldSeconds())
      world.clock.advance(3_000)
    }
    expect(held.slice(0, 5)).toEqual([30.5, 30.5, 30.5, 30.5, 30.5])
    expect(held.slice(5, 10)).toEqual([15.5, 8, 4, 2, 1])
    expect(held.at(-1)).toBe(0.5)
  })

  it('are no row when one lived a minute, or read everything', async () => {
    const { world, send, heldSeconds } = await openWithUnread()
    for (let start = 0; start < 9; start++) await heldSeconds()
    expect(await heldSeconds()).toBe(1)
    world.clock.advance(61_000)
    expect(await heldSeconds()).toBe(30.5)

    for (let start = 0; start < 8; start++) await heldSeconds()
    const throughAtLast = catchUpOf(world.db)
    expect(await throughAtLast.isDone(world.clock.instant)).toBe(false)
    await world.settle()
    expect(await throughAtLast.isDone(world.clock.instant)).toBe(true)
    await send('other disk')
    expect(await heldSeconds()).toBe(30.5)
  })
})

describe('the present', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it.each([
    ['an hour behind', -3_600_000],
    ['an hour ahead', 3_600_000],
    ['a day ahead', 86_400_000],
  ])('is the database’s, though the clock of the node is %s', async (_title, ms) => {
    const world = await open()
    const before = await readClock(world.db)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
    const now = await databaseClock(world.db).now()
    vi.useRealTimers()
    const after = await readClock(world.db)
    expect(now.getTime()).toBeGreaterThanOrEqual(before.getTime())
    expect(now.getTime()).toBeLessThanOrEqual(after.getTime())
  })
})
