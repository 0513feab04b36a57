import { type Dice, diceOf } from '../faults/dice.ts'

/** Random choices of one purpose; no other purpose shifts them. */
export interface Chance extends Dice {
  /** In [0, 1). */
  fraction(): number
  /** Small values as likely as great ones, by their order of magnitude. */
  magnitude(min: number, max: number): number
  /** How long until something that happens every `mean` on average. */
  wait(mean: number): number
  some<T>(choices: readonly T[], count: number): T[]
}

const FINENESS = 1_000_000

/** Chance for one purpose of one seed. */
export function chanceOf(seed: number, purpose: string): Chance {
  const dice = diceOf(hashOf(`${seed}/${purpose}`))
  const fraction = () => dice.between(0, FINENESS - 1) / FINENESS
  return {
    ...dice,
    fraction,
    magnitude: (min, max) => Math.round(min * (max / min) ** fraction()),
    wait: (mean) => Math.round(-Math.log(1 - fraction()) * mean),
    some(choices, count) {
      const left = [...choices]
      const taken = Math.min(count, left.length)
      return Array.from({ length: taken }, () => left.splice(dice.between(0, left.length - 1), 1)).flat()
    },
  }
}

/** A number of 32 bits that a text always has (FNV-1a). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
