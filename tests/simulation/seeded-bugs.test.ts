import { randomInt } from 'node:crypto'
import fs from 'node:fs'
import { expect, test } from 'vitest'
import { hunt } from './bug-hunt.ts'
import { type SeededBug, seededBugs, withBug } from './seeded-bugs.ts'

/** Found within a world or two, so that CI has time for one of them; `npm run simulate -- --bugs` hunts all. */
const QUICK = [
  'last-resort-is-not-told',
  'accept-leaves-the-climb',
  'failure-counts-as-sent',
  'next-delay-from-the-planned-time',
]

const quick = seededBugs.filter(({ name }) => QUICK.includes(name))

test('every quick one is in the list', () => {
  expect(quick).toHaveLength(QUICK.length)
})

test.each(seededBugs)('the code has a place for $name', (bug) => {
  const source = fs.readFileSync(bug.file, 'utf8')
  expect(withBug(source, bug)).not.toBe(source)
})

const some: SeededBug[] = quick.slice(randomInt(QUICK.length)).slice(0, 1)

test.each(some)('the simulation finds $name', async (bug) => {
  const finding = await hunt(bug, { seeds: 100, seed: 1, withinMs: 110_000 })
  console.log(`${bug.name}: ${finding.said}`)
  expect(finding.isCaught, finding.said).toBe(true)
})
