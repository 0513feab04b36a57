/** An instant as a date-time field shows it, in the viewer's zone: `2026-11-24T09:05`. */
export function toLocalInput(instant: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${instant.getFullYear()}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}`
  return `${day}T${two(instant.getHours())}:${two(instant.getMinutes())}`
}

/** The instant behind such a field; null while it is incomplete. */
export function fromLocalInput(text: string): Date | null {
  const instant = new Date(text)
  return text === '' || Number.isNaN(instant.getTime()) ? null : instant
}

/** The viewer's zone, e.g. `Europe/Berlin`. */
export function ownTimezone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
