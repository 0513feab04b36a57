const MS_PER_SECOND = 1_000
const MS_PER_MINUTE = 60 * MS_PER_SECOND

/** The instant `seconds` later; fractions count. */
export function addSeconds(at: Date, seconds: number): Date {
  return new Date(at.getTime() + seconds * MS_PER_SECOND)
}

/** The instant `minutes` later. */
export function addMinutes(at: Date, minutes: number): Date {
  return new Date(at.getTime() + minutes * MS_PER_MINUTE)
}

/** The instant `hours` later: elapsed hours, not wall-clock hours. */
export function addHours(at: Date, hours: number): Date {
  return addMinutes(at, hours * 60)
}

/** Minutes of an ISO duration of whole hours or minutes such as `PT90M` or `PT24H`. */
export function isoDurationMinutes(duration: string): number {
  const match = /^PT(\d+)([HM])$/.exec(duration)
  if (!match) throw new Error(`Not a duration in hours or minutes: ${duration}`)
  return Number(match[1]) * (match[2] === 'H' ? 60 : 1)
}

/** The later of two instants. */
export function later(a: Date, b: Date): Date {
  return a > b ? a : b
}

/** The earlier of two instants. */
export function earlier(a: Date, b: Date): Date {
  return a < b ? a : b
}
