import type * as z from 'zod'
import type { Alert, LogEntry } from '../../server/alerts/schema.ts'
import type { Notification } from '../../server/notifications/schema.ts'
import type { Trace } from '../../server/trace/schema.ts'
import type { JsonClient } from '../support/json-client.ts'
import type { FaultWindow } from './fault-windows.ts'
import { nameIn, SLOWNESS } from './incident.ts'
import {
  addJudgement,
  isStillOwed,
  type Judgement,
  judge,
  type Line,
  newJudgement,
  type Rules,
  type Story,
} from './judge.ts'
import type { Ledger } from './ledger.ts'
import type { PostOffice } from './post-office.ts'
import { type Reckoning, readAll, reckon } from './reckoning.ts'
import { LEVELS } from './sources.ts'
import { unexplainedByTrace } from './trace-evidence.ts'
import { until } from './until.ts'

/** All that was found when the sender's ledger and the post office were compared with the product. */
export type Verdict = Reckoning & Judgement

/** Pages that one node may have between a mail and the commit that says it left: the slots of the station in server/flow.ts. */
export const PAGES_UNDER_WAY_MAX = 6
/** A page whose attempt was cut off is tried again after its lease, one that was refused within a minute. */
const PAGES_MS_MAX = 90_000
/** What falls due while we look is on its way. */
const ON_ITS_WAY_MS = 2_000
const AT_ONCE = 8

type AlertView = z.infer<typeof Alert>
type Entry = z.infer<typeof LogEntry>
type Page = z.infer<typeof Notification>

/** Waits until the product is done with everything, and compares. `windows`: when faults were at work. */
export async function reachVerdict(options: {
  api: JsonClient
  ledger: Ledger
  postOffice: PostOffice
  windows: readonly FaultWindow[]
  /** Lateness outside of the windows that is still in time. */
  lateMsMax: number
}): Promise<Verdict> {
  const { api, ledger, postOffice, windows, lateMsMax } = options
  const reckoning = await reckon(api, ledger)
  await untilNobodyIsOwed(ledger, postOffice)

  const rules: Rules = { levels: LEVELS, windows, judgedAt: Date.now(), lateMsMax }
  const judgement = newJudgement()
  const alerts = (await readAll<AlertView>(api, '/api/alerts')).filter(({ summary }) =>
    ledger.moments.has(nameIn(summary)),
  )
  for (let at = 0; at < alerts.length; at += AT_ONCE) {
    const judged = alerts.slice(at, at + AT_ONCE).map(async ({ id, summary }) => {
      const entries = await api.get<Entry[]>(`/api/alerts/${id}/log-entries?include=vars`)
      const { steps } = await api.get<Trace>(`/api/alerts/${id}/trace`)
      const name = nameIn(summary)
      judgement.unexplained.push(...unexplainedByTrace(name, postOffice.lettersAbout(name), steps))
      const story = storyOf(nameIn(summary), ledger, postOffice, entries.map(lineOf))
      const first = judge(story, rules)
      const isTooLate = first.late.length > 0 || first.skipped.length > 0
      return isTooLate ? judge({ ...story, cutOff: await cutOffOf(api, id) }, rules) : first
    })
    for (const one of await Promise.all(judged)) addJudgement(judgement, one)
  }
  const strangers = postOffice.names().filter((name) => !ledger.moments.has(name) && name !== SLOWNESS)
  judgement.unexplained.push(...strangers.map((name) => `${name || 'A mail about nothing'} was never sent to us`))
  return { ...reckoning, ...judgement }
}

/** What must not be, as sentences: empty when the promise was kept. Copies of pages are for the run to judge. */
export function violationsOf(verdict: Verdict): string[] {
  const { lost, doubled, wrong, skipped, firedTwice, early, late, unexplained } = verdict
  const lists = { lost, doubled, wrong, skipped, firedTwice, early, late, unexplained }
  return Object.entries(lists).flatMap(([name, list]) => list.map((sentence) => `${name}: ${sentence}`))
}

/** How many copies of pages people got beyond the first. */
export function copiesIn({ pagedAgain }: Verdict): { all: number; mostOfOne: number } {
  const copies = [...pagedAgain.values()]
  return { all: copies.reduce((sum, one) => sum + one, 0), mostOfOne: Math.max(0, ...copies) }
}

/** The figures that every run tells. */
export function figuresOf(verdict: Verdict, ledger: Ledger): Record<string, number> {
  return {
    acknowledged: ledger.promised.length,
    unacknowledged: ledger.unacknowledged,
    alerts: ledger.wanted.size,
    lost: verdict.lost.length,
    skipped: verdict.skipped.length,
    doubled: verdict.doubled.length + verdict.firedTwice.length,
    wrong: verdict.wrong.length,
    pagedAgain: copiesIn(verdict).all,
    early: verdict.early.length,
    late: verdict.late.length,
    unexplained: verdict.unexplained.length,
    worstLatenessMs: Math.round(verdict.worstLatenessMs),
    worstReadingMs: verdict.worstReadingMs,
  }
}

async function untilNobodyIsOwed(ledger: Ledger, postOffice: PostOffice): Promise<void> {
  const names = [...ledger.moments.keys()]
  await until('everybody who is owed a page has it', PAGES_MS_MAX, () => {
    const rules = { levels: LEVELS, judgedAt: Date.now(), lateMsMax: ON_ITS_WAY_MS }
    return !names.some((name) => isStillOwed(storyOf(name, ledger, postOffice, []), rules))
  }).catch(() => {})
}

/** What the product says of its attempts can only excuse a page that came late, or not before somebody answered. */
async function cutOffOf(api: JsonClient, alertId: number): Promise<Map<string, number>> {
  const pages = await api.get<Page[]>(`/api/alerts/${alertId}/notifications`)
  return new Map(pages.map(({ target, attempts, status }) => [target, status === 'SUCCESS' ? attempts - 1 : attempts]))
}

function storyOf(name: string, ledger: Ledger, postOffice: PostOffice, lines: readonly Line[]): Story {
  const moments = ledger.moments.get(name)
  if (!moments) throw new Error(`The ledger knows no ${name}.`)
  return { name, ...moments, letters: postOffice.lettersAbout(name), lines }
}

function lineOf({ timestamp, logEntryType, vars }: Entry): Line {
  return { at: new Date(timestamp).getTime(), type: logEntryType, vars: vars ?? {} }
}
