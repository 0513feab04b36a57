import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { createProgress } from '../../tools/setup/progress.mjs'
import { printReason, StopSentence } from '../../tools/setup/stop-sentence.mjs'
import { hunt } from './bug-hunt.ts'
import { liveAll } from './crew.ts'
import { replayText } from './replay.ts'
import { seededBugs } from './seeded-bugs.ts'
import { lightenAborts } from './time/abort.ts'
import { INSIDE, OUTSIDE } from './world/scope.ts'
import { type Outcome, simulate } from './world/world.ts'

const SEEDS = 60
const DAYS = 10
/** So many seeds lie between two that are run twice, to see that nothing but the seed decides. */
const TWICE_EVERY = 50
const DAYS_PER_YEAR = 365.25
const FAILURES_SHOWN = 10
const HUNT_SEEDS = 1_000
const HUNT_MS = 10 * 60_000

interface Wish {
  seeds: number
  days: number
  seed: number
  trace: boolean
  /** Stop at the first broken promise. */
  untilBroken: boolean
  bugs: boolean
  processes: number
}

interface Sum {
  figures: Map<string, number>
  passed: number
  failed: number
}

/** All seeds with their progress; true when every promise was kept. */
async function perform({ seeds, days, seed: first, untilBroken, processes }: Wish): Promise<boolean> {
  const progress = createProgress(1)
  progress.say(`--seeds ${seeds} --days ${days} --seed ${first}`)
  const sum: Sum = { figures: new Map(), passed: 0, failed: 0 }
  const began = performance.now()
  const title = `${seeds} worlds of ${days} days`
  const jobs = Array.from({ length: seeds }, (_, index) => ({
    seed: first + index,
    days,
    isTwice: index % TWICE_EVERY === 0,
  }))
  let busyMinutes = 0
  await progress.step(title, title, async (tell: (detail: string, share?: number) => void) => {
    busyMinutes = await liveAll(jobs, processes, (outcome) => {
      add(sum, outcome)
      if (outcome.violationCount > 0 && sum.failed <= FAILURES_SHOWN) progress.say(failureText(outcome, days))
      const lived = sum.passed + sum.failed
      tell(`${lived} of ${seeds}, ${sum.failed} failed`, lived / seeds)
      return !(untilBroken && sum.failed > 0)
    })
  })
  report(sum, { first, days, busyMinutes, minutes: (performance.now() - began) / 60_000 })
  return sum.failed === 0
}

function add(sum: Sum, { figures, violationCount }: Outcome): void {
  if (violationCount > 0) sum.failed++
  else sum.passed++
  for (const [name, value] of Object.entries(figures)) sum.figures.set(name, (sum.figures.get(name) ?? 0) + value)
}

function failureText({ seed, violations, violationCount }: Outcome, days: number): string {
  const lines = violations.map((sentence) => `✗ ${sentence}`)
  if (violationCount > violations.length) lines.push(`✗ … and ${violationCount - violations.length} more`)
  return [`Seed ${seed} broke ${violationCount} promises:`, ...lines, replayText({ seed, days })].join('\n')
}

function report(
  { figures, passed, failed }: Sum,
  run: { first: number; days: number; busyMinutes: number; minutes: number },
): void {
  console.log([...figures].map(([name, value]) => `${name} ${value}`).join(', '))
  const seeds = passed + failed
  const years = (seeds * run.days) / DAYS_PER_YEAR
  const pace = `${(years / run.minutes).toFixed(1)} a minute, ${(years / run.busyMinutes).toFixed(1)} a minute of one processor`
  console.log(`seeds from ${run.first}: ${passed} passed, ${failed} failed; ${years.toFixed(2)} virtual years, ${pace}`)
}

/** One seed, with everything that happened in it. */
async function trace({ seed, days }: Wish): Promise<boolean> {
  lightenAborts()
  process.on('unhandledRejection', (cause) => {
    console.error(cause)
    console.error(`Nobody waited for this in seed ${seed}.`)
    process.exit(1)
  })
  const outcome = await simulate(seed, days, (line) => console.log(line))
  if (outcome.violationCount > 0) console.log(failureText(outcome, days))
  console.log(
    `${Object.entries(outcome.figures)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}; trace ${outcome.hash}`,
  )
  return outcome.violationCount === 0
}

/** Every seeded bug, until it is found; true when all were. */
async function huntAll(): Promise<boolean> {
  let missed = 0
  for (const bug of seededBugs) {
    const { isCaught, said } = await hunt(bug, { seeds: HUNT_SEEDS, seed: 1, withinMs: HUNT_MS })
    if (!isCaught) missed++
    console.log(`${isCaught ? '✓' : '✗'} ${bug.name}: ${said}`)
  }
  console.log(`${seededBugs.length - missed} of ${seededBugs.length} seeded bugs were found`)
  return missed === 0
}

function wishOf(words: string[]): Wish | 'help' {
  const { values } = parseArgs({
    args: words,
    options: {
      seeds: { type: 'string' },
      days: { type: 'string' },
      seed: { type: 'string' },
      trace: { type: 'boolean' },
      'until-broken': { type: 'boolean' },
      bugs: { type: 'boolean' },
      processes: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return 'help'
  const seed = wholeNumber('seed', values.seed, 0)
  return {
    seeds: wholeNumber('seeds', values.seeds, 1) ?? (seed === undefined ? SEEDS : 1),
    days: wholeNumber('days', values.days, 1) ?? DAYS,
    seed: seed ?? randomInt(1_000_000_000),
    trace: values.trace ?? false,
    untilBroken: values['until-broken'] ?? false,
    bugs: values.bugs ?? false,
    processes: wholeNumber('processes', values.processes, 1) ?? availableParallelism(),
  }
}

function wholeNumber(name: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text) || Number(text) < min)
    throw new StopSentence(`--${name} must be a whole number from ${min}, not ${text}.`)
  return Number(text)
}

function listOf(lines: readonly string[]): string {
  return lines.map((line) => `  - ${line}`).join('\n')
}

const HELP = `npm run simulate -- [--seeds N] [--days D] [--seed S] [--trace] [--processes N] [--bugs]

Runs the product's flow in worlds of its own: tables in memory, virtual time, one to three nodes, people, senders and a mail
server, and faults of every kind. Each seed is another world; the same seed is the same world to the last event. Every
transaction is held against a reference, and after two hours without faults nothing may be left undone.

  --seeds N   how many worlds (${SEEDS})
  --days D    how long each of them lives (${DAYS})
  --seed S    the first seed; alone, only this one
  --trace     prints everything that happens in one seed
  --until-broken  ends with the first seed that breaks a promise
  --processes N  side by side (as many as there are processors)
  --bugs      writes one mistake after the other into the code, and says whether the simulation finds it

Inside:
${listOf(INSIDE)}
Outside:
${listOf(OUTSIDE)}

Ends with the figures and the virtual years a minute, and with 1 when a promise was broken.`

try {
  const wish = wishOf(process.argv.slice(2))
  if (wish === 'help') console.log(HELP)
  else {
    const isGood = await (wish.bugs ? huntAll() : wish.trace ? trace(wish) : perform(wish))
    process.exitCode = isGood ? 0 : 1
  }
} catch (cause) {
  const isMisspelt = (cause as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') ?? false
  printReason(isMisspelt ? new StopSentence((cause as Error).message) : cause)
  process.exitCode = 1
}
