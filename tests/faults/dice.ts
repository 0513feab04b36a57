/** Random choices that a seed repeats. */
export interface Dice {
  /** A whole number from `min` to `max`, both among them. */
  between(min: number, max: number): number
  /** True so many times of a hundred. */
  percent(chance: number): boolean
  oneOf<T>(choices: readonly [T, ...T[]]): T
}

/** Dice of a seed (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  return {
    between,
    percent: (chance) => between(1, 100) <= chance,
    oneOf: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
  }
}
