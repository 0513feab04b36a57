import { setTimeout as pause } from 'node:timers/promises'
import type { Dice } from '../dice.ts'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import { type Fleet, type FleetNode, openFleet } from '../fleet.ts'
import { isReady } from '../product.ts'
import { startSending } from '../sender.ts'
import { CLIMB_MS } from '../sources.ts'
import { until } from '../until.ts'
import { copiesIn, figuresOf, reachVerdict, violationsOf } from '../verdict.ts'

const NODES = 3
const ALL_BUT_ONE_PERCENT = 25
const SURVIVOR_MS_MAX = 60_000
/** Starting a node every two seconds takes much of two cores: more deliveries would measure the machine, not the takeover. */
const PAUSE_MS_MAX = 600

/** F2: any node of three is killed and started again, sometimes all but one. */
export const randomKills: FaultRun = {
  name: 'f2',
  summary: `kill -9 of a random node of ${NODES} on one database, sometimes of all but one`,
  rounds: { means: 'times that somebody is killed', usual: 200 },
  seconds: { means: 'between them', usual: 3 },
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
    pauseMsMax: PAUSE_MS_MAX,
  })
  const kills = await killAgainAndAgain(fleet, work)
  work.tell(1, 'healing')
  await fleet.allReady()
  await finish()
  if (work.isPatient) await pause(CLIMB_MS)

  // No window: as long as one node lives, nothing may be later than the takeover.
  const { api } = fleet.nodes[0].installation
  const verdict = await reachVerdict({ api, ledger, postOffice, windows: [], lateMsMax: work.lateMsMax })
  return {
    figures: { rounds: work.rounds, kills, ...figuresOf(verdict, ledger) },
    violations: [
      ...ledger.improper,
      ...violationsOf(verdict),
      ...(verdict.worstReadingMs > work.lateMsMax ? [`A delivery was read after ${verdict.worstReadingMs} ms.`] : []),
      ...(copiesIn(verdict).all > kills ? ['More pages came again than there were kills.'] : []),
    ],
  }
}

/** Returns how many nodes were killed. */
async function killAgainAndAgain({ nodes }: Fleet, work: Work): Promise<number> {
  const dice = work.diceFor('kills')
  let kills = 0
  for (let round = 1; round <= work.rounds; round++) {
    work.tell(round / work.rounds, `kill ${round} of ${work.rounds}`)
    await pause(work.seconds * 1_000)
    const survivor = await until('a node is ready', SURVIVOR_MS_MAX, () => anyReady(nodes, dice))
    const others = nodes.filter((node) => node !== survivor)
    const victims = dice.percent(ALL_BUT_ONE_PERCENT) ? others : [others[dice.between(0, others.length - 1)]]
    for (const node of victims) {
      if (!node) continue
      kills += 1
      await node.running.kill()
      node.running = node.installation.start()
    }
  }
  return kills
}

async function anyReady(nodes: readonly FleetNode[], dice: Dice): Promise<FleetNode | null> {
  const states = await Promise.all(nodes.map(async (node) => ({ node, isUp: await isReady(node.url) })))
  const [first, ...others] = states.filter(({ isUp }) => isUp).map(({ node }) => node)
  return first ? dice.oneOf([first, ...others]) : null
}
