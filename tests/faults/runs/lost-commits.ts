import { setTimeout as pause } from 'node:timers/promises'
import { type CommitProxy, LOST_COMMITS_PERCENT, openCommitProxy } from '../commit-proxy.ts'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import { openFleet } from '../fleet.ts'
import { startSending } from '../sender.ts'
import { CLIMB_MS } from '../sources.ts'
import { until } from '../until.ts'
import { copiesIn, figuresOf, reachVerdict, violationsOf } from '../verdict.ts'
import { journeysWithLostCommits } from './journeys-with-lost-commits.ts'

const NODES = 2
/** A connection that is cut has to be made anew, which costs the machine more than a delivery. */
const PAUSE_MS_MAX = 400
/** Even a slow machine commits that often. */
const NEXT_FAULT_MS_MAX = 30_000

/** F8: the connection is cut as a commit is asked for, or when it is done and nobody was told. */
export const lostCommits: FaultRun = {
  name: 'f8',
  summary: `connections cut before or after ${LOST_COMMITS_PERCENT} % of the commits of ${NODES} nodes, so that none knows whether it was done`,
  rounds: { means: 'commits that were done and not confirmed', usual: 1_000 },
  suite: journeysWithLostCommits,
  carryOut,
}

async function carryOut(work: Work): Promise<Outcome> {
  const opened = Promise.withResolvers<CommitProxy>()
  const fleet = await openFleet(work, {
    size: NODES,
    async databaseUrl({ url, host, port }) {
      const proxy = await openCommitProxy({
        to: { host, port },
        dice: work.diceFor('commits'),
        percent: LOST_COMMITS_PERCENT,
      })
      work.atTheEnd(() => proxy.close())
      opened.resolve(proxy)
      return url.replace(`:${port}/`, `:${proxy.port}/`)
    },
  })
  const proxy = await opened.promise
  const { postOffice, urls, keys } = fleet
  const { ledger, finish } = startSending({
    urls,
    keys,
    dice: work.diceFor('sender'),
    wasPaged: (name) => postOffice.lettersAbout(name).length > 0,
    pauseMsMax: PAUSE_MS_MAX,
  })
  proxy.arm()
  for (let round = 1; round <= work.rounds; round++) {
    work.tell(round / work.rounds, `${proxy.counts.after} of ${work.rounds} commits not confirmed`)
    await until('another commit is not confirmed', NEXT_FAULT_MS_MAX, () => proxy.counts.after >= round)
  }
  // What nobody was told of is found while it goes on, not after it.
  await finish()
  proxy.disarm()
  work.tell(1, 'healing')
  await fleet.allReady()
  if (work.isPatient) await pause(CLIMB_MS)

  const { api } = fleet.nodes[0].installation
  const verdict = await reachVerdict({ api, ledger, postOffice, windows: [], lateMsMax: work.lateMsMax })
  const { seen, before, after } = proxy.counts
  const copies = copiesIn(verdict)
  return {
    figures: {
      commits: seen,
      cutBefore: before,
      notConfirmed: after,
      ...figuresOf(verdict, ledger),
      pagedAgainMost: copies.mostOfOne,
    },
    violations: [
      ...ledger.improper,
      ...violationsOf(verdict),
      // A page leaves again when it is not known that it left; that it is known and nobody was told costs nothing.
      ...(copies.all > before ? ['More pages came again than commits were undone.'] : []),
    ],
  }
}
