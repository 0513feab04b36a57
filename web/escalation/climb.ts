import { minutesText } from '../components/time-text.ts'

type ClimbLevel = { names: readonly string[]; timeoutMinutes: number }
export type Climb = { levels: readonly ClimbLevel[]; rounds: number; delayMinutes: number }

const NOBODY = 'nobody (passed over)'

function listed(names: readonly string[]): string {
  const last = names.at(-1)
  if (last === undefined) return NOBODY
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/** The whole climb in one plain sentence: who is asked when, and how often it begins again. */
export function climbSentence({ levels, rounds, delayMinutes }: Climb): string {
  const [first, ...rest] = levels
  if (!first || levels.every((level) => level.names.length === 0)) return 'Nobody is ever asked.'
  const start = delayMinutes > 0 ? `after ${minutesText(delayMinutes)}` : 'at once'
  const steps = [`${listed(first.names)} ${start}`]
  let before = first
  for (const level of rest) {
    steps.push(`${waitText(before)} ${listed(level.names)}`)
    before = level
  }
  if (rounds > 1)
    steps.push(`${waitText(before)} again from the start (${rounds === 2 ? '2 of 2' : `2 to ${rounds} of ${rounds}`})`)
  else steps.push(`${waitText(before)} nobody else: the alert counts as unattended`)
  const text = steps.join(' → ')
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

/** A level without people is passed over at once: there is nobody to wait for. */
function waitText(level: ClimbLevel): string {
  return level.names.length === 0 || level.timeoutMinutes === 0
    ? 'at once'
    : `after ${minutesText(level.timeoutMinutes)}`
}
