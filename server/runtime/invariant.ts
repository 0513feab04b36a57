/** States what holds if we made no mistake; it is not validation. */
export function invariant(holds: unknown, message: string): asserts holds {
  if (!holds) throw new Error(`Invariant broken: ${message}`)
}
