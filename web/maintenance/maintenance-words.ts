import type { MaintenanceWindow } from '../../server/maintenance/schema.ts'

const DAY: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }
const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }
const day = new Intl.DateTimeFormat('en-GB', DAY)
const clock = new Intl.DateTimeFormat('en-GB', CLOCK)

/** `24 Nov, 09:00 to 11:00`, `24 Nov, 22:00 to 25 Nov, 04:00`; in the viewer's zone. */
export function spanText(span: { start: string; end: string }): string {
  const [from, to] = [Date.parse(span.start), Date.parse(span.end)]
  const end = day.format(from) === day.format(to) ? clock.format(to) : `${day.format(to)}, ${clock.format(to)}`
  return `${day.format(from)}, ${clock.format(from)} to ${end}`
}

/** What it dropped; nothing before it begins. */
export function droppedText({ status, dropped }: Pick<MaintenanceWindow, 'status' | 'dropped'>): string {
  if (status === 'SCHEDULED') return ''
  if (dropped === 0) return 'Nothing dropped'
  return dropped === 1 ? '1 alert dropped' : `${dropped} alerts dropped`
}
