/** Chance for jitter, in [0, 1); handed in wherever it is used, so that tests choose it. */
export function random(): number {
  return Math.random()
}
