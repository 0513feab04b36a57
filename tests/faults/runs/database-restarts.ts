import { setTimeout as pause } from 'node:timers/promises'
import type { Dice } from '../dice.ts'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import type { FaultWindow } from '../fault-windows.ts'
import { type Fleet, openFleet } from '../fleet.ts'
import { startSending } from '../sender.ts'
import { CLIMB_MS } from '../sources.ts'
import { copiesIn, figuresOf, PAGES_UNDER_WAY_MAX, reachVerdict, violationsOf } from '../verdict.ts'

const NODES = 2
const DOWN_MS = [0, 2_000] as const
const BETWEEN_CUTS_MS = [50, 1_500] as const
/** All connections have to be made anew again and again, which costs the machine more than deliveries. */
const PAUSE_MS_MAX = 400
const EVERY_CONNECTION = 1_000
const REFUSED_MS_MAX = 5_000

/** F6: the database stops and starts again, and by turns every connection to it is ended at random moments. */
export const databaseRestarts: FaultRun = {
  name: 'f6',
  summary: `restarts of the database of ${NODES} nodes; by turns, all connections to it ended at random moments`,
  rounds: { means: 'turns, every other one a restart', usual: 100 },
  seconds: { means: 'the longest turn; the shortest is half of it', usual: 10 },
  carryOut,
}

/** What was done to the database. */
interface Faults {
  restarts: number
  cuts: number
  /** Connections that were ended by the cuts. */
  ended: number
  windows: FaultWindow[]
}

async function carryOut(work: Work): Promise<Outcome> {
  const fleet = await openFleet(work, { size: NODES })
  const { postOffice, urls, keys } = fleet
  const { ledger, finish } = startSending({
    urls,
    keys,
    dice: work.diceFor('sender'),
    wasPaged: (name) => postOffice.lettersAbout(name).length > 0,
    pauseMsMax: PAUSE_MS_MAX,
  })
  const faults = await troubleAgainAndAgain(fleet, work)
  work.tell(1, 'healing')
  await fleet.allReady()
  await finish()
  if (work.isPatient) await pause(CLIMB_MS)

  const { api } = fleet.nodes[0].installation
  const { windows, ...counts } = faults
  const verdict = await reachVerdict({ api, ledger, postOffice, windows, lateMsMax: work.lateMsMax })
  const copies = copiesIn(verdict)
  return {
    figures: {
      ...counts,
      ...figuresOf(verdict, ledger),
      pagedAgainMost: copies.mostOfOne,
      worstRefusalMs: ledger.worstRefusalMs,
    },
    violations: [
      ...ledger.improper,
      ...violationsOf(verdict),
      ...(await endedNodes(fleet)),
      ...(ledger.worstRefusalMs > REFUSED_MS_MAX ? [`A 503 took ${ledger.worstRefusalMs} ms.`] : []),
      ...(copies.all > (faults.restarts + faults.cuts) * NODES * PAGES_UNDER_WAY_MAX
        ? ['More pages came again than the faults could catch.']
        : []),
    ],
  }
}

async function troubleAgainAndAgain(fleet: Fleet, work: Work): Promise<Faults> {
  const dice = work.diceFor('database')
  const faults: Faults = { restarts: 0, cuts: 0, ended: 0, windows: [] }
  for (let round = 1; round <= work.rounds; round++) {
    work.tell(round / work.rounds, `turn ${round} of ${work.rounds}`)
    const turnMs = dice.between(work.seconds * 500, work.seconds * 1_000)
    if (round % 2 === 1) await restart(fleet, turnMs, dice, faults)
    else await cutAgainAndAgain(fleet, turnMs, dice, faults)
  }
  return faults
}

async function restart({ database, allReady }: Fleet, afterMs: number, dice: Dice, faults: Faults): Promise<void> {
  await pause(afterMs)
  const from = Date.now()
  await database.stop(dice.oneOf(['fast', 'immediate']))
  await pause(dice.between(...DOWN_MS))
  await database.start()
  await allReady()
  faults.windows.push({ from, until: Date.now() })
  faults.restarts += 1
}

/** No window: nothing may be later for it than for a crash. */
async function cutAgainAndAgain({ database }: Fleet, turnMs: number, dice: Dice, faults: Faults): Promise<void> {
  const until = performance.now() + turnMs
  while (performance.now() < until) {
    await pause(dice.between(...BETWEEN_CUTS_MS))
    faults.ended += await database.cutConnections(EVERY_CONNECTION)
    faults.cuts += 1
  }
}

/** A node that gave up on its database needs somebody to start it. */
async function endedNodes({ nodes }: Fleet): Promise<string[]> {
  const ends = nodes.map(({ url, running }) =>
    Promise.race([running.ended.then((code) => [`${url} ended with ${code}: ${running.stderr()}`]), []]),
  )
  return (await Promise.all(ends)).flat()
}
