import { type FaultWindow, latenessOutside } from './fault-windows.ts'

/** One level of the policy that the alerts climb. */
export interface Level {
  timeoutMs: number
  /** Null where nobody stands: the next level is asked at once. */
  email: string | null
}

/** A message as the post office remembers it. */
export interface Letter {
  at: number
  to: string
  /** The incident that the subject is about; empty when it is about none. */
  incident: string
  /** The same for every copy of one page. */
  messageId: string
}

/** A line of the alert's timeline, as the API tells it. */
export interface Line {
  at: number
  type: string
  vars: Record<string, unknown>
}

/** All that is known of one alert, from outside and from its timeline. Instants are milliseconds since 1970. */
export interface Story {
  name: string
  /** When the sender first tried: nothing can be due before. */
  triedAt: number
  /** When the sender was promised that it is kept. */
  promisedAt: number
  /** When the sender first tried to answer it; null when it never did. */
  answeredFrom: number | null
  letters: readonly Letter[]
  lines: readonly Line[]
  /** By address: how often its page was begun and cut off, each of which may cost a takeover. None when absent. */
  cutOff?: ReadonlyMap<string, number>
}

/** What the product owes to nobody to see; every list is empty when the promise was kept. */
export interface Judgement {
  /** Levels that the policy owed and nobody was mailed at. */
  skipped: string[]
  /** Second intents: one level of one alert paged by two different messages. */
  firedTwice: string[]
  /** Mails of a level before the level above had its time. */
  early: string[]
  /** Mails that came later than they may, outside of faults. */
  late: string[]
  /** Mails that no line of the timeline explains. */
  unexplained: string[]
  /** Copies of one message beyond the first, by message. */
  pagedAgain: Map<string, number>
  /** Milliseconds from due to the first mail, faults included. */
  worstLatenessMs: number
}

export interface Rules {
  levels: readonly Level[]
  windows: readonly FaultWindow[]
  /** Until when the story was watched. */
  judgedAt: number
  /** Lateness outside of faults that is still in time. */
  lateMsMax: number
}

/** Two processes read one clock of one machine, each to a whole millisecond. */
const CLOCK_MS = 5
/** A page that was claimed before an answer may still leave (invariants.md ESC-3), and the machine may be busy. */
const UNDER_WAY_MS = 5_000

const ASKED = ['AlertAssignedBySystemLogEntry', 'AlertEscalatedToLevelLogEntry']
const ANSWERED = ['AlertSourceResponseLogEntry', 'UserResponseLogEntry', 'AlertAutoResolvedLogEntry']

/** Compares what people got with what the policy owed them and with what the timeline says. Pure. */
export function judge(story: Story, rules: Rules): Judgement {
  const judgement = newJudgement()
  const said = readLines(story.lines)
  judgeClimb(story, said, rules, judgement)
  for (const letter of story.letters) judgeLetter(story, said, rules, letter, judgement)
  for (const [messageId, copies] of Map.groupBy(story.letters, (letter) => letter.messageId)) {
    if (copies.length > 1) judgement.pagedAgain.set(messageId, copies.length - 1)
  }
  for (const [to, letters] of Map.groupBy(story.letters, (letter) => letter.to)) {
    const messages = new Set(letters.map((letter) => letter.messageId))
    if (messages.size > 1) judgement.firedTwice.push(`${story.name}: ${messages.size} pages to ${to}`)
  }
  return judgement
}

export function newJudgement(): Judgement {
  return {
    skipped: [],
    firedTwice: [],
    early: [],
    late: [],
    unexplained: [],
    pagedAgain: new Map(),
    worstLatenessMs: 0,
  }
}

/** Adds what was found out about one alert to what is known of all. */
export function addJudgement(all: Judgement, one: Judgement): void {
  for (const list of ['skipped', 'firedTwice', 'early', 'late', 'unexplained'] as const) all[list].push(...one[list])
  for (const [messageId, copies] of one.pagedAgain) all.pagedAgain.set(messageId, copies)
  all.worstLatenessMs = Math.max(all.worstLatenessMs, one.worstLatenessMs)
}

/** True while nobody answered and a level is overdue by the rules, faults or not. */
export function isStillOwed(story: Story, rules: Omit<Rules, 'windows'>): boolean {
  return story.answeredFrom === null && judge(story, { ...rules, windows: [] }).skipped.length > 0
}

interface Said {
  /** By level: when the timeline says that it was asked. */
  askedAt: Map<number, number>
  answeredAt: number | null
}

function readLines(lines: readonly Line[]): Said {
  const asked = lines.filter((line) => ASKED.includes(line.type))
  const answers = lines.flatMap((line) => (ANSWERED.includes(line.type) ? [line.at] : []))
  return {
    askedAt: new Map(asked.toReversed().map((line) => [Number(line.vars.levelIndex), line.at])),
    answeredAt: answers.length === 0 ? null : Math.min(...answers),
  }
}

/** Walks the levels as the policy does, each due from when the one above was really asked, and stops where none is owed. */
function judgeClimb(story: Story, said: Said, rules: Rules, judgement: Judgement): void {
  let due = story.promisedAt
  for (const [index, { email, timeoutMs }] of rules.levels.entries()) {
    if (email === null) continue
    const first = story.letters.find((letter) => letter.to === email)
    const lateMsMax = rules.lateMsMax * Math.max(1, story.cutOff?.get(email) ?? 0)
    if (!first) {
      if (isOwed(story, due, { ...rules, lateMsMax }))
        judgement.skipped.push(`${story.name}: nobody was mailed at level ${index + 1}`)
      return
    }
    judgement.worstLatenessMs = Math.max(judgement.worstLatenessMs, first.at - due)
    const lateMs = latenessOutside(rules.windows, due, first.at)
    if (lateMs > lateMsMax) judgement.late.push(`${story.name}: level ${index + 1} was ${lateMs} ms late`)
    due = (said.askedAt.get(index) ?? first.at) + timeoutMs
  }
}

/** An answer in time owes nobody a mail; neither does what is not yet late. */
function isOwed(story: Story, due: number, { windows, judgedAt, lateMsMax }: Rules): boolean {
  const end = Math.min(story.answeredFrom ?? judgedAt, judgedAt)
  return end > due && latenessOutside(windows, due, end) > lateMsMax
}

function judgeLetter(story: Story, said: Said, rules: Rules, letter: Letter, judgement: Judgement): void {
  const index = rules.levels.findIndex((level) => level.email === letter.to)
  const asked = said.askedAt.get(index)
  if (asked === undefined || asked > letter.at + CLOCK_MS) {
    judgement.unexplained.push(`${story.name}: no line says why ${letter.to} was mailed`)
    return
  }
  const earliest = earliestFor(index, story, said, rules.levels)
  if (letter.at + CLOCK_MS < earliest)
    judgement.early.push(`${story.name}: level ${index + 1} came ${earliest - letter.at} ms early`)
  const { answeredAt } = said
  if (answeredAt !== null && latenessOutside(rules.windows, answeredAt, letter.at) > UNDER_WAY_MS)
    judgement.unexplained.push(`${story.name}: ${letter.to} was mailed ${letter.at - answeredAt} ms after the answer`)
}

/** By the ledger alone, all levels above had their time since the sender first tried; by the timeline, the last of them had its own. */
function earliestFor(index: number, story: Story, said: Said, levels: readonly Level[]): number {
  const above = levels.slice(0, index).map((level, at) => ({ ...level, at }))
  const peopled = above.filter((level) => level.email !== null)
  const last = peopled.at(-1)
  const byLedger = peopled.reduce((at, level) => at + level.timeoutMs, story.triedAt)
  return Math.max(byLedger, last ? (said.askedAt.get(last.at) ?? 0) + last.timeoutMs : 0)
}
