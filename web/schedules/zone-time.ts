const formats = new Map<string, Intl.DateTimeFormat>()

function format(zone: string): Intl.DateTimeFormat {
  let known = formats.get(zone)
  if (!known) {
    known = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, known)
  }
  return known
}

/** What a zone's clocks show at an instant, as milliseconds of a calendar without zones. */
export function shownIn(zone: string, at: number): number {
  const part: Record<string, number> = {}
  for (const { type, value } of format(zone).formatToParts(at)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** The first instant at which a zone's clocks show a reading, or a later one where it is skipped. */
export function instantAt(zone: string, shown: number): number {
  const day = 86_400_000
  const leads = [shown - day, shown + day].map((at) => shownIn(zone, at) - Math.floor(at / 1_000) * 1_000)
  const candidates = leads.map((lead) => shown - lead).sort((a, b) => a - b)
  const exact = candidates.find((at) => shownIn(zone, at) === shown)
  if (exact !== undefined) return exact
  // Skipped: the clocks jump over it between the two candidates.
  let [low, high] = [candidates[0] ?? shown, candidates.at(-1) ?? shown]
  while (high - low > 1_000) {
    const middle = Math.floor((low + high) / 2_000) * 1_000
    if (middle <= low) break
    if (shownIn(zone, middle) < shown) low = middle
    else high = middle
  }
  return high
}

/** `2026-03-29T02:30` for a field of day and time. */
export function fieldText(zone: string, at: number): string {
  return new Date(shownIn(zone, at)).toISOString().slice(0, 16)
}

/** Short texts in a schedule's zone, whatever the viewer's is. */
export function zoneText(zone: string, at: number, what: 'day' | 'time' | 'both'): string {
  const day = what === 'time' ? {} : ({ weekday: 'short', day: 'numeric', month: 'short' } as const)
  const time = what === 'day' ? {} : ({ hour: '2-digit', minute: '2-digit' } as const)
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...day, ...time }).format(at)
}
