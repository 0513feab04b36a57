import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import { openFleet } from '../fleet.ts'
import { incident, KINDS, type Message } from '../incident.ts'
import { newLedger } from '../ledger.ts'
import { deliverOnce } from '../sender.ts'
import { until } from '../until.ts'
import { copiesIn, figuresOf, reachVerdict, violationsOf } from '../verdict.ts'

const COPIES = 100
const NODES = 3
const PAGED_MS_MAX = 60_000

/** F14: the same delivery, many times at once, over all nodes. */
export const parallelDeliveries: FaultRun = {
  name: 'f14',
  summary: `${COPIES} identical deliveries at once over ${NODES} nodes`,
  rounds: { means: 'deliveries', usual: 1_000 },
  carryOut,
}

async function carryOut(work: Work): Promise<Outcome> {
  const { urls, keys, postOffice, nodes } = await openFleet(work, { size: NODES })
  const dice = work.diceFor('deliveries')
  const ledger = newLedger()
  for (let round = 1; round <= work.rounds; round++) {
    work.tell(round / work.rounds, `delivery ${round} of ${work.rounds}`)
    const { name, opening } = incident(dice.oneOf(KINDS), round, keys)
    const same = opening()
    const triedAt = Date.now()
    const copies = Array.from({ length: COPIES }, (_, index) =>
      // Half of the rounds to the last byte the same, half of them with delivery numbers of their own.
      acknowledged(urls[index % urls.length] ?? urls[0], round % 2 === 0 ? same : opening()),
    )
    const receipts = await Promise.all(copies)
    ledger.promised.push(...receipts.map((receipt) => ({ incident: name, receipt })))
    ledger.wanted.set(name, 'PENDING')
    ledger.moments.set(name, { triedAt, promisedAt: Date.now(), answeredFrom: null })
    // One at a time: what is measured is one alert of many deliveries, not how fast a queue of them is read.
    await until(`somebody is paged about ${name}`, PAGED_MS_MAX, () => postOffice.lettersAbout(name).length > 0)
  }
  work.tell(1, 'healing')
  const verdict = await reachVerdict({
    api: nodes[0].installation.api,
    ledger,
    postOffice,
    windows: [],
    lateMsMax: work.lateMsMax,
  })
  return {
    figures: { rounds: work.rounds, ...figuresOf(verdict, ledger) },
    violations: [
      ...violationsOf(verdict),
      ...(copiesIn(verdict).all > 0 ? ['Pages came again although there were no faults.'] : []),
    ],
  }
}

async function acknowledged(url: string, message: Message): Promise<string | null> {
  const answer = await deliverOnce(url, message)
  if (answer.kind !== 'promised')
    throw new Error(`A delivery to ${url} was not acknowledged: ${JSON.stringify(answer)}`)
  return answer.receipt
}
