import type { Ledger } from '../faults/ledger.ts'
import { figuresOf, type Verdict, violationsOf } from '../faults/verdict.ts'
import type { Round } from './rounds.ts'
import type { Kill } from './words.ts'

export interface Outcome {
  kills: readonly Kill[]
  rounds: readonly Round[]
  ledger: Ledger
  verdict: Verdict
  isSynchronous: boolean
}

const VIOLATIONS_SHOWN = 20

/** Prints what was measured and judged; returns whether the promise of this set-up was kept. */
export function printFigures({ kills, rounds, ledger, verdict, isSynchronous }: Outcome): boolean {
  for (const kill of kills) {
    const those = rounds.filter((round) => round.kill === kill)
    console.log(`${kill}: ${those.length} kills, ${those.filter((round) => round.isFailover).length} failovers`)
    console.log(`  first acknowledged delivery: ${spread(those.map((round) => round.resumedMs))}`)
    console.log(`  every node ready:            ${spread(those.map((round) => round.readyMs))}`)
    console.log(`  pair whole again:            ${spread(those.map((round) => round.wholeMs))}`)
  }
  const figures = Object.entries({ ...figuresOf(verdict, ledger), improper: ledger.improper.length })
  console.log(figures.map(([name, value]) => `${name} ${value}`).join(', '))
  const violations = [...violationsOf(verdict), ...ledger.improper]
  for (const sentence of violations.slice(0, VIOLATIONS_SHOWN))
    console.log(`  ${isSynchronous ? '✗' : '–'} ${sentence}`)
  if (violations.length > VIOLATIONS_SHOWN) console.log(`  … and ${violations.length - VIOLATIONS_SHOWN} more`)
  if (isSynchronous) return violations.length === 0
  console.log('What an asynchronous pair promises, and what not: docs/guides/high-availability.md.')
  return true
}

function spread(ms: readonly number[]): string {
  const sorted = ms.toSorted((a, b) => a - b)
  const s = (index: number) => `${((sorted[index] ?? Number.NaN) / 1_000).toFixed(1)} s`
  return `median ${s(Math.floor(sorted.length / 2))}, worst ${s(sorted.length - 1)}`
}
