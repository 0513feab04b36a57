import { describe, expect, it } from 'vitest'
import { type Dice, diceOf } from '../faults/dice.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { connectedWith, reconcile } from '../support/fourme.ts'
import { alertsOf } from '../support/seven-steps.ts'

const open = worldsOfThisFile()
const RECORDS = 5
const CHANGES = 5
const STATUSES = ['assigned', 'accepted', 'in_progress', 'waiting_for_customer', 'completed', 'declined'] as const
const MEANING: Record<string, string> = { accepted: 'ACCEPTED', in_progress: 'ACCEPTED', completed: 'RESOLVED' }

/** How the newest alert of a record stands after these statuses in their own order. */
function model(statuses: readonly string[]): string {
  let alert = 'NONE'
  for (const status of statuses) {
    const wanted = MEANING[status] ?? 'PENDING'
    if (wanted === 'RESOLVED') alert = alert === 'NONE' ? 'NONE' : 'RESOLVED'
    else if (alert === 'NONE') alert = wanted === 'PENDING' ? 'PENDING' : 'NONE'
    else if (alert !== 'ACCEPTED') alert = wanted
  }
  return alert
}

function shuffled<T>(list: T[], dice: Dice): T[] {
  for (let at = list.length - 1; at > 0; at--) {
    const other = dice.between(0, at)
    ;[list[at], list[other]] = [list[other] as T, list[at] as T]
  }
  return list
}

describe('DED-3: real deliveries of whole lives, in any order, twice, up to three days late', () => {
  it.each([11, 12, 13])('seed %i: every alert stands as its record, whatever came when', async (seed) => {
    const dice = diceOf(seed)
    const world = await open()
    const source = await connectedWith(world, { reconcileMinutes: 1_440 })
    await world.advance(60)
    await world.fourme.put('/sandbox/faults', { webhooks: { withheld: true } })
    const expected = new Map<string, string>()
    for (let record = 0; record < RECORDS; record++) {
      const lived: string[] = ['assigned']
      const ticket = await world.fourme.post<{ id: number }>('/sandbox/api/requests', { subject: `Record ${record}` })
      for (let change = 0; change < CHANGES; change++) {
        world.clock.advance(2_000)
        const status = dice.oneOf(STATUSES)
        if (status === lived.at(-1)) continue
        lived.push(status)
        const reason = status === 'completed' ? { completion_reason: 'solved' } : {}
        await world.fourme.patch(`/sandbox/api/requests/${ticket.id}`, { status, ...reason })
      }
      expected.set(`acme:request:${ticket.id}`, model(lived))
    }
    const withheld = await world.fourme.get<{ body: unknown }[]>('/sandbox/api/deliveries?state=withheld')
    const bodies = withheld.map((delivery) => delivery.body)
    const again = bodies.filter(() => dice.percent(30))
    const arriving = shuffled([...bodies, ...again], dice)
    const comparedAt = dice.between(0, arriving.length - 1)
    const path = new URL(source.integrationUrl ?? '').pathname
    for (const [at, body] of arriving.entries()) {
      await world.outside.call('POST', path, body)
      if (at === comparedAt) await reconcile(world, source.id)
      if (dice.percent(50)) await world.settle()
      // Three days in all: the clock jumps, as a delivery that is late does not care for what lies between.
      world.clock.advance(dice.between(0, Math.floor((72 * 3_600_000) / arriving.length)))
    }
    await world.settle()
    world.clock.advance(11_000)
    await world.settle()
    const stands = new Map([...expected.keys()].map((key) => [key, 'NONE']))
    for (const alert of (await alertsOf(world)).toReversed()) stands.set(alert.alertKey ?? '', alert.status)
    expect(Object.fromEntries(stands)).toEqual(Object.fromEntries(expected))
  })
})
