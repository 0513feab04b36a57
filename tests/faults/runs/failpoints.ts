import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Dice } from '../dice.ts'
import { startExternalDatabase } from '../external-database.ts'
import { type Combination, type Ending, live } from '../failpoints/combination.ts'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import { copiesIn, type Verdict } from '../verdict.ts'

const POINTS_MIN = 40
/** Lives side by side: each waits more than it works. */
const LANES = 4
/** How often a life is lived anew in which nobody came by the point: no two lives have the same polls. */
const AGAIN_MAX = 2
const RACES = [null, 'accept', 'resolve'] as const

/** F15: the process dies before or after each commit and each call of an outside system, while somebody answers. */
export const failpoints: FaultRun = {
  name: 'f15',
  summary: 'a process that dies before or after each commit and each call, with an accept, a resolve or nothing racing',
  rounds: { means: 'combinations, drawn by the seed; all of them when there are no more', usual: 300 },
  roundMsMax: 60_000,
  list: {
    name: 'f15 --list',
    summary: 'the points that a whole life passes',
    rounds: { means: 'lives', usual: 1 },
    carryOut: listPoints,
  },
  carryOut,
}

/** A point of the product, and when it can be died at. */
interface Point {
  name: string
  hits: number[]
  /** Those of its hits at which an incident was open, so that there was something to answer. */
  openHits: number[]
}

async function carryOut(work: Work): Promise<Outcome> {
  const attempt = await prepare(work)
  work.tell(0, 'looking for points')
  const discovery = await attempt(null, 'discovery')
  const points = pointsOf(discovery)
  const combinations = drawCombinations(points, work)
  const queue = [...combinations.entries()]
  const endings: { combination: Combination; ending: Ending }[] = []
  const violations: string[] = []
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, combination] = next
      work.tell(index / combinations.length, `death ${index + 1} of ${combinations.length}`)
      const ending = await attempt(combination, `life_${index}`).catch((cause: Error) => cause.message)
      const found = typeof ending === 'string' ? [ending] : ending.violations
      violations.push(...found.map((sentence) => `${wordsOf(combination)}: ${sentence}`))
      if (typeof ending !== 'string') endings.push({ combination, ending })
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))

  const unreached = endings.filter(({ ending }) => !ending.isReached)
  return {
    figures: {
      points: points.length,
      combinations: combinations.length,
      deaths: endings.length - unreached.length,
      unfinished: combinations.length - endings.length,
      ...figuresOfAll(endings.map(({ ending }) => ending.verdict)),
    },
    violations: [
      ...tooFew(points),
      ...discovery.violations.map((sentence) => `Without a death: ${sentence}`),
      ...violations,
      ...unreached.map(({ combination }) => `${wordsOf(combination)}: nobody died`),
    ],
  }
}

async function listPoints(work: Work): Promise<Outcome> {
  const attempt = await prepare(work)
  const points = pointsOf(await attempt(null, 'discovery'))
  return {
    lines: points.map(({ name, hits }) => `${name} ${hits.length}`),
    figures: { points: points.length },
    violations: tooFew(points),
  }
}

/** What lives can be lived on. */
async function prepare(work: Work): Promise<(combination: Combination | null, name: string) => Promise<Ending>> {
  const database = await startExternalDatabase()
  work.atTheEnd(() => database.remove())
  const cache = fs.mkdtempSync(path.join(os.tmpdir(), 'tocsin-failpoints-'))
  work.atTheEnd(() => fs.rmSync(cache, { recursive: true, force: true }))
  const { lateMsMax, atTheEnd } = work
  return async (combination, name) => {
    const circumstances = { database, cache, lateMsMax, atTheEnd }
    let ending = await live(combination, { ...circumstances, name })
    for (let turn = 1; combination !== null && !ending.isReached && turn <= AGAIN_MAX; turn++) {
      if (ending.violations.length > 0) break
      ending = await live(
        { ...combination, hit: combination.otherwise },
        { ...circumstances, name: `${name}_again_${turn}` },
      )
    }
    return ending
  }
}

function tooFew(points: readonly Point[]): string[] {
  return points.length < POINTS_MIN ? [`Only ${points.length} points were found.`] : []
}

function figuresOfAll(verdicts: readonly Verdict[]): Record<string, number> {
  const sum = (count: (verdict: Verdict) => number) => verdicts.reduce((all, verdict) => all + count(verdict), 0)
  return {
    lost: sum(({ lost }) => lost.length),
    skipped: sum(({ skipped }) => skipped.length),
    doubled: sum(({ doubled, firedTwice }) => doubled.length + firedTwice.length),
    wrong: sum(({ wrong }) => wrong.length),
    pagedAgain: sum((verdict) => copiesIn(verdict).all),
    early: sum(({ early }) => early.length),
    late: sum(({ late }) => late.length),
    unexplained: sum(({ unexplained }) => unexplained.length),
    worstLatenessMs: Math.round(Math.max(0, ...verdicts.map(({ worstLatenessMs }) => worstLatenessMs))),
  }
}

function pointsOf({ passings, open }: Ending): Point[] {
  const isOpen = (at: number) => open.some(({ from, until }) => from <= at && at < until)
  return [...Map.groupBy(passings, ({ point }) => point)].map(([name, all]) => ({
    name,
    hits: all.map(({ hit }) => hit),
    openHits: all.filter(({ at }) => isOpen(at)).map(({ hit }) => hit),
  }))
}

/** Each point with each answer for which there is something to answer; as many as are wanted, of as many points as can be. */
function drawCombinations(points: readonly Point[], work: Work): Combination[] {
  const dice = work.diceFor('combinations')
  const shuffled = shuffle(points, dice)
  const all = RACES.flatMap((_, turn) =>
    shuffled.flatMap((point, index): Combination[] => {
      const race = RACES[(index + turn) % RACES.length] ?? null
      const [first, ...others] = race === null ? point.hits : point.openHits
      return first === undefined
        ? []
        : [{ point: point.name, hit: dice.oneOf([first, ...others]), otherwise: first, race }]
    }),
  )
  return all.slice(0, work.rounds)
}

function shuffle<T>(things: readonly T[], dice: Dice): T[] {
  const left = [...things]
  return things.flatMap(() => left.splice(dice.between(0, left.length - 1), 1))
}

function wordsOf({ point, hit, race }: Combination): string {
  return `${point} (${hit}), ${race ?? 'nothing'} racing`
}
