import { simulateApart } from './program.ts'
import type { SeededBug } from './seeded-bugs.ts'

export interface Finding {
  isCaught: boolean
  /** The first promise that was broken, or how it ended without. */
  said: string
}

/** Runs worlds with a mistake in the code until one of them breaks a promise. */
export async function hunt(
  bug: SeededBug,
  limits: { seeds: number; seed: number; withinMs: number },
): Promise<Finding> {
  const words = ['--seeds', String(limits.seeds), '--seed', String(limits.seed), '--until-broken']
  const { code, said } = await simulateApart(words, { withinMs: limits.withinMs, bug: bug.name })
  const broken = /^Seed \d+ broke .*\n✗ (.*)/m.exec(said)?.[1]
  return { isCaught: code === 1 && broken !== undefined, said: broken ?? said.trim().slice(-300) }
}
