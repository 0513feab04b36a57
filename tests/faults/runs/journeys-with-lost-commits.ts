import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type CommitCounts, LOST_COMMITS_PERCENT, LOST_COMMITS_SEED, LOST_COMMITS_TOLD } from '../commit-proxy.ts'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import { signalAll, treeOf } from '../processes.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const SUITE_MS_MAX = 300_000
const GONE_MS_MAX = 10_000

/** F8 over the tests that tell how the product behaves without faults: they must hold with them. */
export const journeysWithLostCommits: FaultRun = {
  name: 'f8 --suite',
  summary: `the journeys while ${LOST_COMMITS_PERCENT} % of the stations' commits are cut off before or after they are done`,
  rounds: { means: 'times that all of them run', usual: 1 },
  roundMsMax: SUITE_MS_MAX,
  carryOut,
}

/** What vitest's JSON tells of one test. */
interface Told {
  fullName: string
  status: 'passed' | 'failed' | 'pending' | 'skipped' | 'todo'
  failureMessages: string[]
}

async function carryOut(work: Work): Promise<Outcome> {
  const sum = { tests: 0, red: 0, commits: 0, cutBefore: 0, notConfirmed: 0 }
  const red: Told[] = []
  for (let round = 1; round <= work.rounds; round++) {
    work.tell((round - 1) / work.rounds, `suite ${round} of ${work.rounds}`)
    const { tests, counts } = await runOnce(work, work.seed + round)
    red.push(...tests.filter(({ status }) => status === 'failed'))
    sum.tests += tests.length
    sum.commits += counts.seen
    sum.cutBefore += counts.before
    sum.notConfirmed += counts.after
  }
  const byName = [...Map.groupBy(red, (one) => one.fullName)]
  return {
    figures: { ...sum, red: red.length },
    violations: [
      ...byName.map(([name, all]) => `${name}: red ${all.length} of ${work.rounds}: ${reasonOf(all[0])}`),
      ...(sum.notConfirmed === 0 ? ['No commit was lost.'] : []),
    ],
  }
}

async function runOnce(work: Work, seed: number): Promise<{ tests: Told[]; counts: CommitCounts }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tocsin-journeys-'))
  work.atTheEnd(() => fs.rmSync(folder, { recursive: true, force: true }))
  const report = path.join(folder, 'report.json')
  const words = ['run', '--project', 'journeys', '--reporter=json', `--outputFile=${report}`]
  const child = spawn(process.execPath, [path.join(root, 'node_modules/vitest/vitest.mjs'), ...words], {
    cwd: root,
    env: { ...process.env, [LOST_COMMITS_SEED]: String(seed) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const ended = new Promise((resolve) => child.once('close', resolve))
  work.atTheEnd(async () => {
    if (child.pid === undefined || child.exitCode !== null) return
    const tree = treeOf(child.pid)
    // Its own end takes the database along.
    child.kill('SIGTERM')
    const timer = setTimeout(() => signalAll(tree, 'SIGKILL'), GONE_MS_MAX)
    await ended
    clearTimeout(timer)
  })
  await ended
  const told = output.split('\n').find((line) => line.startsWith(LOST_COMMITS_TOLD))
  if (!told || !fs.existsSync(report)) throw new Error(`The journeys did not run: ${output.slice(-2_000)}`)
  const { testResults } = JSON.parse(fs.readFileSync(report, 'utf8')) as { testResults: { assertionResults: Told[] }[] }
  return {
    tests: testResults.flatMap(({ assertionResults }) => assertionResults),
    counts: JSON.parse(told.slice(LOST_COMMITS_TOLD.length)) as CommitCounts,
  }
}

function reasonOf(test: Told | undefined): string {
  return test?.failureMessages[0]?.split('\n')[0] ?? ''
}
