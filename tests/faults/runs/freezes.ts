import { setTimeout as pause } from 'node:timers/promises'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import type { FaultWindow } from '../fault-windows.ts'
import { type Fleet, openFleet } from '../fleet.ts'
import type { PostOffice } from '../post-office.ts'
import { signalAll } from '../processes.ts'
import { startSending } from '../sender.ts'
import { CLIMB_MS } from '../sources.ts'
import { copiesIn, figuresOf, reachVerdict, violationsOf } from '../verdict.ts'

const NODES = 3
const SECONDS_MIN = 5
const BETWEEN_MS = [500, 2_000] as const
/** A balancer in front of the nodes would turn to another as soon. */
const PATIENCE_MS = 2_000

/** F3: a node stops in the middle of whatever it holds, and goes on as if no time had passed. */
export const freezes: FaultRun = {
  name: 'f3',
  summary: `SIGSTOP and SIGCONT of a random node of ${NODES}`,
  rounds: { means: 'times that a node stands still', usual: 50 },
  seconds: { means: `the longest of them; the shortest is ${SECONDS_MIN}`, usual: 30 },
  carryOut,
}

async function carryOut(work: Work): Promise<Outcome> {
  const fleet = await openFleet(work, { size: NODES })
  const { postOffice, urls, keys } = fleet
  const { ledger, finish } = startSending({
    urls,
    keys,
    dice: work.diceFor('sender'),
    wasPaged: (name) => postOffice.lettersAbout(name).length > 0,
    sleepersMs: PATIENCE_MS,
  })
  const windows = await freezeAgainAndAgain(fleet, work)
  work.tell(1, 'healing')
  await fleet.allReady()
  await finish()
  if (work.isPatient) await pause(CLIMB_MS)

  const verdict = await reachVerdict({
    api: fleet.nodes[0].installation.api,
    ledger,
    postOffice,
    windows,
    lateMsMax: work.lateMsMax,
  })
  const { mostOfOne } = copiesIn(verdict)
  return {
    figures: { freezes: work.rounds, ...figuresOf(verdict, ledger), pagedAgainMost: mostOfOne },
    violations: [...ledger.improper, ...violationsOf(verdict), ...tooOften(verdict.pagedAgain, postOffice, windows)],
  }
}

/** A page leaves once, and once more for each node that stood still over it (invariants.md NOT-2). */
function tooOften(
  pagedAgain: ReadonlyMap<string, number>,
  postOffice: PostOffice,
  windows: readonly FaultWindow[],
): string[] {
  const letters = Map.groupBy(
    postOffice.names().flatMap((name) => postOffice.lettersAbout(name)),
    (letter) => letter.messageId,
  )
  return [...pagedAgain].flatMap(([messageId, copies]) => {
    const times = (letters.get(messageId) ?? []).map(({ at }) => at)
    const [first, last] = [Math.min(...times), Math.max(...times)]
    const freezes = windows.filter(({ from, until }) => from < last && until > first).length
    return copies > freezes ? [`A page came ${copies + 1} times over ${freezes} freezes.`] : []
  })
}

/** Returns when a node stood still. */
async function freezeAgainAndAgain({ nodes }: Fleet, work: Work): Promise<FaultWindow[]> {
  const dice = work.diceFor('freezes')
  const windows: FaultWindow[] = []
  for (let round = 1; round <= work.rounds; round++) {
    work.tell(round / work.rounds, `freeze ${round} of ${work.rounds}`)
    await pause(dice.between(...BETWEEN_MS))
    const { pid } = dice.oneOf(nodes).running
    const from = Date.now()
    signalAll([pid], 'SIGSTOP')
    await pause(dice.between(SECONDS_MIN, Math.max(SECONDS_MIN, work.seconds)) * 1_000)
    signalAll([pid], 'SIGCONT')
    windows.push({ from, until: Date.now() })
  }
  return windows
}
