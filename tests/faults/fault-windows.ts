/** A stretch of time in which a fault was at work, in milliseconds since 1970. */
export interface FaultWindow {
  from: number
  until: number
}

/** How long after `due` something happened at `at`, counted from the end of the last fault that was at work between them. */
export function latenessOutside(windows: readonly FaultWindow[], due: number, at: number): number {
  const healed = windows.flatMap(({ from, until }) => (from < at && until > due ? [Math.min(until, at)] : []))
  return Math.max(0, at - Math.max(due, ...healed))
}
