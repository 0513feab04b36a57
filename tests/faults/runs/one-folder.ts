import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../support/free-port.ts'
import type { Dice } from '../dice.ts'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import type { FaultWindow } from '../fault-windows.ts'
import type { Ledger } from '../ledger.ts'
import { openPostOffice } from '../post-office.ts'
import { signalAll, treeOf } from '../processes.ts'
import { type Installation, isReady, prepareInstallation, type Running } from '../product.ts'
import { startSending } from '../sender.ts'
import { addSources, CLIMB_MS } from '../sources.ts'
import { until } from '../until.ts'
import { copiesIn, figuresOf, PAGES_UNDER_WAY_MAX, reachVerdict, violationsOf } from '../verdict.ts'

const REFUSED_MS_MAX = 10_000
const READY_MS_MAX = 30_000
/** The sender is never silent for so long. */
const ACCEPTED_MS_MAX = 15_000
const PROBE_MS_MAX = 5_000
/** Who gets the folder is asked here, not how much they can take. */
const PAUSE_MS_MAX = 600
const RACE_EVERY = 3
const APART_MS = [0, 300] as const

/** F20: two processes on one embedded data folder. A second one is refused; of two that start at once, one is. */
export const oneFolder: FaultRun = {
  name: 'f20',
  summary: 'a second process on the data folder of a running one; by turns two at once after a kill -9',
  rounds: { means: 'times that one of two must be refused', usual: 50 },
  carryOut,
}

/** A process on the folder. Its port is its own, so that nothing but the folder is in its way. */
interface Contender {
  url: string
  running: Running
  /** Null while it runs. */
  end: { code: number | null; afterMs: number } | null
}

/** What two processes on one folder did so far. */
interface Contest {
  enter(place: 0 | 1): Contender
  ledger: Ledger
  windows: FaultWindow[]
  refusedMs: number[]
  races: number
}

async function carryOut(work: Work): Promise<Outcome> {
  const postOffice = await openPostOffice(await freePort())
  work.atTheEnd(() => postOffice.close())
  const installation = await prepareInstallation({ SMTP_URL: postOffice.smtpUrl })
  work.atTheEnd(() => installation.remove())
  const ports = [installation.port, await freePort()] as const
  const enter = (place: 0 | 1) => startOn(installation, ports[place])
  const first = enter(0)
  await readyOf(first)

  const { ledger, finish } = startSending({
    // One of them is always shut, and the sender tries the other.
    urls: [urlOf(ports[0]), urlOf(ports[1])],
    keys: await addSources(installation.api),
    dice: work.diceFor('sender'),
    wasPaged: (name) => postOffice.lettersAbout(name).length > 0,
    pauseMsMax: PAUSE_MS_MAX,
  })
  const contest: Contest = { enter, ledger, windows: [], refusedMs: [], races: 0 }
  const violation = await contend(contest, first, work).then(
    () => null,
    (cause: unknown) => {
      if (cause instanceof Violation) return cause.message
      throw cause
    },
  )
  // What one of two that should not both be there did to the other is past judging.
  if (violation !== null) return { figures: { refused: contest.refusedMs.length }, violations: [violation] }
  work.tell(1, 'healing')
  await finish()
  if (work.isPatient) await pause(CLIMB_MS)

  const { api } = installation
  const verdict = await reachVerdict({ api, ledger, postOffice, windows: contest.windows, lateMsMax: work.lateMsMax })
  const refusedMsWorst = Math.round(Math.max(0, ...contest.refusedMs))
  return {
    figures: {
      refused: contest.refusedMs.length,
      races: contest.races,
      ...figuresOf(verdict, ledger),
      refusedMsWorst,
    },
    violations: [
      ...ledger.improper,
      ...violationsOf(verdict),
      // The last kill brings the first place back.
      ...(copiesIn(verdict).all > (contest.races + 1) * PAGES_UNDER_WAY_MAX
        ? ['More pages came again than the kills could catch.']
        : []),
    ],
  }
}

/** Round after round; whoever is left at the end holds the first place. Throws the first violation. */
async function contend(contest: Contest, first: Contender, work: Work): Promise<void> {
  const dice = work.diceFor('contests')
  let holder = first
  for (let round = 1; round <= work.rounds; round++) {
    work.tell(round / work.rounds, `round ${round} of ${work.rounds}`)
    if (round % RACE_EVERY === 0) holder = await race(contest, holder, dice)
    else await intrude(contest, holder, holder.url === first.url ? 1 : 0)
    await acceptsAgain(contest, holder)
  }
  if (holder.url === first.url) return
  const from = Date.now()
  await holder.running.kill()
  await readyOf(contest.enter(0))
  contest.windows.push({ from, until: Date.now() })
}

/** One comes where another runs: it goes, and the other does not notice. */
async function intrude(contest: Contest, holder: Contender, place: 0 | 1): Promise<void> {
  const intruder = contest.enter(place)
  const troubles: string[] = []
  const began = performance.now()
  while (!intruder.end && performance.now() - began < REFUSED_MS_MAX) {
    const trouble = await troubleOf(holder.url)
    if (trouble !== null) troubles.push(trouble)
    await pause(20)
  }
  requireRefusal(contest, intruder)
  if (holder.end) throw new Violation(`The first process ended when a second one came: ${holder.running.stderr()}`)
  if (troubles.length > 0)
    throw new Violation(`The first process was not ready while a second one came: ${troubles[0]}`)
}

/** Two start on what a kill -9 left behind, the whole tree or all but the database; returns the one that has it now. */
async function race(contest: Contest, holder: Contender, dice: Dice): Promise<Contender> {
  const from = Date.now()
  if (dice.percent(50)) await holder.running.kill()
  else {
    signalAll([holder.running.pid], 'SIGKILL')
    await holder.running.ended
  }
  const isFirstFirst = dice.percent(50)
  const one = contest.enter(isFirstFirst ? 0 : 1)
  await pause(dice.between(...APART_MS))
  const other = contest.enter(isFirstFirst ? 1 : 0)
  await until('one of two gives up', REFUSED_MS_MAX, () => one.end || other.end).catch(() => {})
  const [winner, loser] = one.end ? [other, one] : [one, other]
  requireRefusal(contest, loser)
  await readyOf(winner)
  contest.windows.push({ from, until: Date.now() })
  contest.races += 1
  return winner
}

function requireRefusal(contest: Contest, { end, running }: Contender): void {
  if (!end) {
    signalAll(treeOf(running.pid), 'SIGKILL')
    throw new Violation(`Two processes ran on one folder for ${REFUSED_MS_MAX / 1_000} s.`)
  }
  const words = running.stderr().trim()
  if (end.code === null || end.code === 0 || !/already running/.test(words))
    throw new Violation(
      `The second process was not refused for the folder's sake, but ended with ${end.code}: ${words}`,
    )
  if (end.afterMs > REFUSED_MS_MAX) throw new Violation(`The second process was refused after ${end.afterMs} ms.`)
  contest.refusedMs.push(end.afterMs)
}

async function acceptsAgain({ ledger }: Contest, { running }: Contender): Promise<void> {
  const before = ledger.promised.length
  await until('a delivery is accepted', ACCEPTED_MS_MAX, () => ledger.promised.length > before).catch(() => {
    throw new Violation(`No delivery was accepted in ${ACCEPTED_MS_MAX / 1_000} s: ${running.stderr()}`)
  })
}

/** What was promised does not hold; the message is a sentence for the report. */
class Violation extends Error {}

function startOn(installation: Installation, port: number): Contender {
  const began = performance.now()
  const running = installation.start({ env: { PORT: String(port) } })
  const contender: Contender = { url: urlOf(port), running, end: null }
  void running.ended.then((code) => {
    contender.end = { code, afterMs: performance.now() - began }
  })
  return contender
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`
}

async function readyOf({ url, running, end }: Contender): Promise<void> {
  await until(`${url} is ready`, READY_MS_MAX, () => isReady(url)).catch(() => {
    throw new Violation(
      `Nobody got the folder, or not in ${READY_MS_MAX / 1_000} s (${end?.code}): ${running.stderr()}`,
    )
  })
}

/** Why it is not ready, in words; null when it is. */
async function troubleOf(url: string): Promise<string | null> {
  try {
    const { status } = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(PROBE_MS_MAX) })
    return status === 200 ? null : String(status)
  } catch (cause) {
    return String((cause as Error).cause ?? cause)
  }
}
