import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startSandbox } from '../../../sandbox/start.ts'
import { freePort } from '../../support/free-port.ts'
import { JsonClient } from '../../support/json-client.ts'
import type { ExternalDatabase } from '../external-database.ts'
import { newLedger } from '../ledger.ts'
import { openPostOffice } from '../post-office.ts'
import { prepareInstallation } from '../product.ts'
import { copiesIn, reachVerdict, type Verdict, violationsOf } from '../verdict.ts'
import { type Answer, Errands } from './errands.ts'
import { startMortal } from './mortal.ts'
import { type Passing, VARIABLES } from './points.ts'
import { playScenario } from './scenario.ts'

/** Where a process dies, and what somebody says meanwhile. */
export interface Combination {
  point: string
  hit: number
  /** Where nobody passes so often this time: when the same life has fewer polls. */
  otherwise: number
  race: Answer | null
}

export interface Ending {
  passings: Passing[]
  /** When incidents were open, one after the other. */
  open: { from: number; until: number }[]
  isReached: boolean
  verdict: Verdict
  violations: string[]
}

export interface Circumstances {
  database: ExternalDatabase
  /** Of a database that is not there yet. */
  name: string
  /** A folder for compiled code that all lives have in common. */
  cache: string
  lateMsMax: number
}

/** Whoever is at the point is held for so long, that the answer can overtake them. */
const HOLD_MS = 250
const LOOK_MS = 15
const RENEWAL = /\.renewLease:/
const RENEWED_MS = 3_500
const SECRET_KEY = 'the-secret-key-of-whoever-dies-at-a-failpoint'
const preload = path.join(import.meta.dirname, 'preload.ts')

/** A whole life on an empty database, with a death in it when there is a combination, and what the judge says. */
export async function live(
  combination: Combination | null,
  options: Circumstances & { atTheEnd: (undo: () => unknown) => void },
): Promise<Ending> {
  const undoings: (() => unknown)[] = []
  const undoAll = async () => {
    for (const undo of undoings.splice(0).reverse()) await undo()
  }
  options.atTheEnd(undoAll)
  try {
    return await liveThrough(combination, options, (undo) => undoings.push(undo))
  } finally {
    await undoAll()
  }
}

async function liveThrough(
  combination: Combination | null,
  { database, name, cache, lateMsMax }: Circumstances,
  atTheEnd: (undo: () => unknown) => void,
): Promise<Ending> {
  const databaseUrl = await database.addDatabase(name)
  // One mail is refused, so that a page is tried again, and not before its lease was renewed where that is of interest.
  const isSlow = combination === null || RENEWAL.test(combination.point)
  const postOffice = await openPostOffice(await freePort(), { afterMs: isSlow ? RENEWED_MS : 0 })
  atTheEnd(() => postOffice.close())
  const installation = await prepareInstallation({
    DATABASE_URL: databaseUrl,
    TOCSIN_SECRET_KEY: SECRET_KEY,
    TOCSIN_OUTBOUND_ALLOW: '127.0.0.1',
    SMTP_URL: postOffice.smtpUrl,
    // Each life starts the same program twice.
    NODE_COMPILE_CACHE: cache,
  })
  atTheEnd(() => installation.remove())
  const sandbox = await startSandbox({
    sandboxPort: 0,
    inboxPort: 0,
    smtpPort: 0,
    dataDir: path.join(installation.home, 'sandbox'),
    // Its webhooks come again in a moment when nobody was there.
    timeScale: 20,
  })
  atTheEnd(() => sandbox.close())

  const trace = path.join(installation.home, 'trace')
  const node = startMortal(installation, databaseUrl, {
    NODE_OPTIONS: `--import=${preload}`,
    [VARIABLES.trace]: trace,
    ...(combination === null
      ? {}
      : {
          [VARIABLES.point]: combination.point,
          [VARIABLES.hit]: String(combination.hit),
          [VARIABLES.holdMs]: combination.race === null ? '0' : String(HOLD_MS),
        }),
  })
  atTheEnd(() => node.end())
  const ledger = newLedger()
  const errands = new Errands(node, ledger)
  const scene = { node, errands, postOffice, fourme: new JsonClient(sandbox.sandboxUrl), fourmeUrl: sandbox.sandboxUrl }

  const life = playScenario(scene)
  const over = life.then(
    () => true,
    () => true,
  )
  if (combination?.race) await raceAt(trace, over, () => errands.answerAll(combination.race as Answer))
  const troubles = await life
  await node.ready()
  const verdict = await reachVerdict({ api: installation.api, ledger, postOffice, windows: node.windows, lateMsMax })
  const passings = readTrace(trace)
  return {
    passings,
    open: errands.open,
    isReached: passings.some(({ isLast }) => isLast),
    verdict,
    violations: [
      ...troubles,
      ...ledger.improper,
      ...violationsOf(verdict),
      // Whoever dies may have several pages under way, each of which leaves once more.
      ...(copiesIn(verdict).mostOfOne > node.deaths() ? ['A page came again more often than processes died.'] : []),
    ],
  }
}

/** Answers as soon as somebody is held at the point, unless the life is over before. */
async function raceAt(trace: string, over: Promise<unknown>, answer: () => Promise<void>): Promise<void> {
  for (;;) {
    if (readTrace(trace).some(({ isLast }) => isLast)) return answer()
    if ((await Promise.race([over, pause(LOOK_MS)])) === true) return
  }
}

function readTrace(file: string): Passing[] {
  if (!fs.existsSync(file)) return []
  const lines = fs.readFileSync(file, 'utf8').split('\n')
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Passing)
}
