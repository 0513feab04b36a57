import { randomInt } from 'node:crypto'
import fs from 'node:fs'
import { expect, test } from 'vitest'
import { hunt } from './bug-hunt.ts'
import { type SeededBug, seededBugs, withBug } from './seeded-bugs.ts'

/** What CI has time for; `npm run simulate -- --bugs` hunts all of them. */
const HUNTED = 3

test.each(seededBugs)('the code has a place for $name', (bug) => {
  const source = fs.readFileSync(bug.file, 'utf8')
  expect(withBug(source, bug)).not.toBe(source)
})

const first = randomInt(seededBugs.length)
const some: SeededBug[] = Array.from(
  { length: HUNTED },
  (_, index) => seededBugs[(first + index) % seededBugs.length],
).flatMap((bug) => bug ?? [])

test.each(some)('the simulation finds $name', async (bug) => {
  const finding = await hunt(bug, { seeds: 300, seed: 1, withinMs: 200_000 })
  console.log(`${bug.name}: ${finding.said}`)
  expect(finding.isCaught, finding.said).toBe(true)
})
