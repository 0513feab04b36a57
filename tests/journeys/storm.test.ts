import { expect, it } from 'vitest'
import { readFacts } from '../storm/facts.ts'
import { reckon, type StormFacts } from '../storm/reckoning.ts'
import { setStormScene, stormEvent } from '../storm/scene.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()
const ALERTS = 250
const MINUTE_MS = 60_000
const STEPS = 12

/** Lets everything that is due now happen, however much it is. */
async function drain(world: World): Promise<void> {
  for (let moved = 1; moved > 0; ) {
    moved = 0
    for (const station of world.flow) {
      for (let once = 1; once > 0; moved += once) once = await station.advance(world.clock.instant)
    }
  }
}

it(`${ALERTS} alerts in a minute to five people: every message is explained, by the product and by the providers`, async () => {
  const world = await open({ losesNoCommits: true })
  const storm = await setStormScene(world)
  const { key, wanted } = storm
  await world.inbox.call('DELETE', '/api/messages')
  await world.inbox.call('DELETE', '/api/phone')
  for (let step = 0; step < STEPS; step++) {
    const from = (step * ALERTS) / STEPS
    const until = ((step + 1) * ALERTS) / STEPS
    const events = Array.from({ length: ALERTS }, (_, index) => index).filter((index) => index >= from && index < until)
    await Promise.all(events.map((index) => world.outside.post('/api/events', stormEvent(key, index))))
    await drain(world)
    world.clock.advanceTo(new Date(world.clock.instant.getTime() + MINUTE_MS / STEPS))
  }
  for (let minute = 0; minute < 5; minute++) {
    await drain(world)
    world.clock.advanceTo(new Date(world.clock.instant.getTime() + MINUTE_MS))
  }
  await drain(world)

  const facts = await readFacts(world, storm)
  expect(facts.alertIds).toHaveLength(ALERTS)
  const { counts, unexplained } = reckon(facts)
  expect(unexplained).toEqual([])
  expect(counts.every((count) => count.sent + count.bundled + count.suppressed === ALERTS)).toBe(true)
  // A storm is held back, and each kind of holding back was seen.
  expect(counts.every((count) => count.sent <= 40 && count.bundled > 150)).toBe(true)
  expect(counts.some((count) => count.suppressed > 0)).toBe(true)

  // The reckoning itself sees what is missing, doubled, or told without having arrived.
  const [first] = facts.messages.filter((message) => message.alertId !== null)
  const without: StormFacts = { ...facts, messages: facts.messages.filter((message) => message !== first) }
  expect(reckon(without).unexplained).toHaveLength(1)
  const doubled: StormFacts = { ...facts, messages: [...facts.messages, ...(first ? [first] : [])] }
  expect(reckon(doubled).unexplained).toHaveLength(1)
  const lost: StormFacts = { ...facts, messages: facts.messages.filter((message) => message.counts === null) }
  expect(reckon(lost).unexplained.length).toBeGreaterThanOrEqual(wanted.length)
}, 240_000)
