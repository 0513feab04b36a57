import { addSeconds } from '../runtime/time.ts'

/** ilert's rule (ilert-behaviour.md 11.4): so many of one source to one contact, then one summary when the window ends. */
export const SOURCE_WINDOW_SECONDS = 180
export const SOURCE_MAX = 3
/** Push and messengers: the same words to the same contact are said once. */
export const IDENTICAL_SECONDS = 240
export const TARGET_WINDOW_SECONDS = 60
export const TARGET_MAX = 20
/** Whoever heard nothing for so long gets a high page at once, whatever a cap says (invariants.md NOT-6). */
export const FIRST_PAGE_SECONDS = 60
/** Calls to one number follow each other at this distance. */
export const CALL_SPACING_SECONDS = 10

/** The longest any rule here looks back. */
export const LOOK_BACK_SECONDS = Math.max(SOURCE_WINDOW_SECONDS, IDENTICAL_SECONDS, TARGET_WINDOW_SECONDS)

/** A page that left, or is on its way. */
export interface SentPage {
  alertSourceId: number
  contactId: number
  channel: string
  subject: string
  at: Date
}

export interface StormFacts {
  page: { alertSourceId: number; contactId: number; channel: string; subject: string; priority: 'HIGH' | 'LOW' }
  isLastResort: boolean
  /** Pages to the same person within the look-back, on every channel. */
  sent: readonly SentPage[]
  /** Until when the person wants quiet; null: not now. */
  quietUntil: Date | null
  /** How many of one source before they are bundled; 0: never. */
  sourceMax: number
}

export type StormVerdict =
  | { kind: 'send' }
  /** Told later, in one summary with the others. */
  | { kind: 'bundle'; rule: 'storm-of-source' | 'storm-of-target' | 'quiet-hours'; until: Date; reason: string }
  /** Told already, in the same words. */
  | { kind: 'drop'; rule: 'identical'; reason: string }
  | { kind: 'wait'; rule: 'one-call-at-a-time'; until: Date; reason: string }

const COUNTED_BY_SOURCE = ['EMAIL', 'SMS', 'VOICE']

/** What becomes of a page that is due. Pure. A page that is not sent always has its reason in words. */
export function decideStorm({ page, isLastResort, sent, quietUntil, sourceMax }: StormFacts, now: Date): StormVerdict {
  if (page.priority === 'LOW' && quietUntil !== null && !isLastResort) {
    const reason = `it is of low priority and the person wants quiet until ${clockTime(quietUntil)}`
    return { kind: 'bundle', rule: 'quiet-hours', until: quietUntil, reason }
  }
  if (page.priority === 'HIGH' && !sent.some((one) => one.at > addSeconds(now, -FIRST_PAGE_SECONDS))) {
    return { kind: 'send' }
  }
  const toContact = sent.filter((one) => one.contactId === page.contactId && one.channel === page.channel)
  if (page.channel === 'VOICE') {
    const last = toContact.find((one) => one.at > addSeconds(now, -CALL_SPACING_SECONDS))
    if (last) {
      const until = addSeconds(last.at, CALL_SPACING_SECONDS)
      return { kind: 'wait', rule: 'one-call-at-a-time', until, reason: 'another call to this number was just made' }
    }
  }
  if (sourceMax === 0) return { kind: 'send' }
  return COUNTED_BY_SOURCE.includes(page.channel)
    ? bySource(page, toContact, sourceMax, now)
    : byTarget(page, toContact, now)
}

function bySource(page: StormFacts['page'], toContact: readonly SentPage[], max: number, now: Date): StormVerdict {
  const since = addSeconds(now, -SOURCE_WINDOW_SECONDS)
  const inWindow = toContact.filter((one) => one.alertSourceId === page.alertSourceId && one.at > since)
  if (inWindow.length < max) return { kind: 'send' }
  return {
    kind: 'bundle',
    rule: 'storm-of-source',
    until: addSeconds(earliestOf(inWindow), SOURCE_WINDOW_SECONDS),
    reason: `${inWindow.length} of the same source went there within ${SOURCE_WINDOW_SECONDS / 60} minutes`,
  }
}

function byTarget(page: StormFacts['page'], toContact: readonly SentPage[], now: Date): StormVerdict {
  const same = toContact.find(
    (one) =>
      one.at > addSeconds(now, -IDENTICAL_SECONDS) &&
      one.alertSourceId === page.alertSourceId &&
      one.subject === page.subject,
  )
  if (same) return { kind: 'drop', rule: 'identical', reason: 'the same words went there a moment ago' }
  const inWindow = toContact.filter((one) => one.at > addSeconds(now, -TARGET_WINDOW_SECONDS))
  if (inWindow.length < TARGET_MAX) return { kind: 'send' }
  return {
    kind: 'bundle',
    rule: 'storm-of-target',
    until: addSeconds(earliestOf(inWindow), TARGET_WINDOW_SECONDS),
    reason: `${inWindow.length} messages went there within a minute`,
  }
}

function earliestOf(pages: readonly SentPage[]): Date {
  return new Date(Math.min(...pages.map((one) => one.at.getTime())))
}

/** UTC, as the reader's zone is not known here. */
function clockTime(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`
}
