const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `just now`, `4 min ago`, `in 2 h`, `3 d ago`. */
export function relativeText(atMs: number, nowMs: number): string {
  const distance = Math.abs(nowMs - atMs)
  if (distance < 45 * SECOND) return 'just now'
  const text = roundedText(distance)
  return atMs > nowMs ? `in ${text}` : `${text} ago`
}

function roundedText(ms: number): string {
  if (ms < HOUR) return `${Math.max(1, Math.round(ms / MINUTE))} min`
  if (ms < DAY) return `${Math.round(ms / HOUR)} h`
  return `${Math.round(ms / DAY)} d`
}

/** `4:12`, `1:02:09`, `3 d 4 h`; `0:00` when it is over. */
export function countdownText(untilMs: number, nowMs: number): string {
  const left = Math.max(0, Math.ceil((untilMs - nowMs) / SECOND))
  const days = Math.floor(left / 86_400)
  const hours = Math.floor((left % 86_400) / 3_600)
  const minutes = Math.floor((left % 3_600) / 60)
  const seconds = String(left % 60).padStart(2, '0')
  if (days > 0) return `${days} d ${hours} h`
  if (hours > 0) return `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
  return `${minutes}:${seconds}`
}

/** `5 min`, `1 h 30 min`, `2 d`. */
export function minutesText(minutes: number): string {
  const days = Math.floor(minutes / 1_440)
  const hours = Math.floor((minutes % 1_440) / 60)
  const rest = minutes % 60
  const parts = [days ? `${days} d` : '', hours ? `${hours} h` : '', rest || minutes === 0 ? `${rest} min` : '']
  return parts.filter(Boolean).join(' ')
}

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' })
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** The instant to the second, in the viewer's zone. */
export function exactText(iso: string): string {
  return exact.format(Date.parse(iso))
}

/** The time of day to the second, in the viewer's zone. */
export function clockText(iso: string): string {
  return clock.format(Date.parse(iso))
}

/** The day, in the viewer's zone. */
export function dayText(iso: string): string {
  return day.format(Date.parse(iso))
}

const short = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

/** A sentence of the server with its instants in the viewer's zone. */
export function readableInstants(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (iso) => short.format(Date.parse(iso)))
}
