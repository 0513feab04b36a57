const HOUR_MS = 3_600_000

/** How far back the log is searched; the address keeps the name, not an instant that grows old. */
export const periods: Record<string, { word: string; hours: number }> = {
  hour: { word: 'Last hour', hours: 1 },
  day: { word: 'Last 24 hours', hours: 24 },
  week: { word: 'Last 7 days', hours: 7 * 24 },
}

/** Where a period begins, to the minute, so that the question stays the same for a while. */
export function beginOf(period: string | null, nowMs: number): string | undefined {
  const known = period !== null && Object.hasOwn(periods, period) ? periods[period] : undefined
  if (!known) return undefined
  return new Date(Math.floor((nowMs - known.hours * HOUR_MS) / 60_000) * 60_000).toISOString()
}
