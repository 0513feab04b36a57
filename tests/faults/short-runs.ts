import { randomInt } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { type Carrying, carryOut } from './fault-run.ts'
import { runs } from './runs.ts'

/** What CI has time for; `npm run faults` does as much as it is asked for. */
export interface ShortRun {
  name: string
  rounds: number
  seconds?: number
}

/** The processes die, or the database does. */
export const KILLS: ShortRun[] = [
  { name: 'f1', rounds: 30 },
  { name: 'f2', rounds: 8, seconds: 3 },
  { name: 'f3', rounds: 3, seconds: 7 },
  { name: 'f6', rounds: 4, seconds: 2 },
  { name: 'f8', rounds: 15 },
  { name: 'f20', rounds: 2 },
]
/** Something is wrong inside, and mostly one waits until it is noticed. */
export const DAMAGES: ShortRun[] = [
  { name: 'f13', rounds: 3 },
  { name: 'f14', rounds: 10 },
  { name: 'f15', rounds: 10 },
  { name: 'f17', rounds: 1 },
  { name: 'f18', rounds: 6 },
]
const WITHIN_MS = 400_000
/** Speed is the command's to judge, on a quiet machine: here nothing may be lost, and nothing late beyond all noise. */
const LATE_MS_MAX = 60_000

/** Makes a test of each run. Two files do so, as they run side by side. */
export function shortRuns(list: readonly ShortRun[]): void {
  let carrying: Carrying | null = null

  afterEach(async () => {
    await carrying?.abort()
    carrying = null
  })

  it.each(list)('$name keeps every promise over $rounds rounds', async ({ name, rounds, seconds }) => {
    const run = runs.find((one) => one.name === name)
    if (!run) throw new Error(`There is no run ${name}.`)
    const seed = randomInt(1_000_000_000)
    console.log(`npm run faults -- ${name} --rounds ${rounds} --seed ${seed}  # ${run.summary}`)
    carrying = carryOut(run, {
      rounds,
      seed,
      withinMs: WITHIN_MS,
      lateMsMax: LATE_MS_MAX,
      ...(seconds === undefined ? {} : { seconds }),
    })
    const { figures, violations } = await carrying.outcome
    // Told before they are judged.
    console.log(`${name}: ${JSON.stringify(figures)}`)
    expect(violations).toEqual([])
  })
}
