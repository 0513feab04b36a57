export const UNITS = [
  { unit: 'days', seconds: 86_400 },
  { unit: 'hours', seconds: 3_600 },
  { unit: 'minutes', seconds: 60 },
  { unit: 'seconds', seconds: 1 },
] as const
export type Unit = (typeof UNITS)[number]['unit']

/** The largest unit that leaves nothing over, and how many of it. */
export function splitInterval(total: number): { count: number; unit: Unit } {
  const whole = UNITS.find(({ seconds }) => total % seconds === 0) ?? UNITS[3]
  return { count: total / whole.seconds, unit: whole.unit }
}

/** The seconds of so many of a unit. */
export function joinInterval(count: number, unit: Unit): number {
  return Math.round(count * (UNITS.find((one) => one.unit === unit)?.seconds ?? 1))
}

/** `5 minutes`, `1 hour`. */
export function intervalText(total: number): string {
  const { count, unit } = splitInterval(total)
  return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`
}
