import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { createProgress } from '../../tools/setup/progress.mjs'
import { printReason, StopSentence } from '../../tools/setup/stop-sentence.mjs'
import { carryOut, type FaultRun, type Outcome } from './fault-run.ts'
import { runs } from './runs.ts'

const VIOLATIONS_SHOWN = 50
const INTERRUPTED = 130
/** Every run has an end: so long besides its rounds, and so long for each of them. */
const BESIDES_MS = 10 * 60_000
const ROUND_MS = 20_000

interface Wish {
  run: FaultRun
  rounds: number
  seconds: number
  seed: number
}

/** One run with its progress; true when every promise was kept. */
async function perform({ run, rounds, seconds, seed }: Wish): Promise<boolean> {
  const progress = createProgress(1)
  progress.say(`${run.name} --rounds ${rounds}${run.seconds ? ` --seconds ${seconds}` : ''} --seed ${seed}`)
  const outcome = await progress.step(
    run.summary,
    run.summary,
    async (tell: (detail: string, share?: number) => void) => {
      const carrying = carryOut(run, {
        rounds,
        seconds,
        seed,
        isPatient: true,
        withinMs: BESIDES_MS + rounds * ((run.roundMsMax ?? ROUND_MS) + seconds * 1_000),
        tell: (share, detail) => tell(detail, share),
      })
      const interrupt = () => void carrying.abort().then(() => process.exit(INTERRUPTED))
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
      try {
        return await carrying.outcome
      } finally {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt)
      }
    },
  )
  report(run, seed, outcome)
  return outcome.violations.length === 0
}

function report(run: FaultRun, seed: number, { lines = [], figures, violations }: Outcome): void {
  for (const line of lines) console.log(line)
  for (const sentence of violations.slice(0, VIOLATIONS_SHOWN)) console.log(`✗ ${sentence}`)
  if (violations.length > VIOLATIONS_SHOWN) console.log(`✗ … and ${violations.length - VIOLATIONS_SHOWN} more`)
  const words = Object.entries({ seed, ...figures }).map(([name, value]) => `${name} ${value}`)
  console.log(`${run.name}: ${words.join(', ')}`)
}

function wishOf(words: string[]): Wish | 'help' {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      suite: { type: 'boolean' },
      list: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help || words.length === 0) return 'help'
  const [name, ...others] = positionals
  const named = runs.find((candidate) => candidate.name === name)
  if (!named || others.length > 0)
    throw new StopSentence(`Name one of the runs: ${runs.map((one) => one.name).join(', ')}. --help explains them.`)
  const run = values.suite ? named.suite : values.list ? named.list : named
  if (!run) throw new StopSentence(`${named.name} takes no --${values.suite ? 'suite' : 'list'}.`)
  if (values.seconds !== undefined && !run.seconds) throw new StopSentence(`${run.name} takes no --seconds.`)
  return {
    run,
    rounds: wholeNumber('rounds', values.rounds, 1) ?? run.rounds.usual,
    seconds: wholeNumber('seconds', values.seconds, 1) ?? run.seconds?.usual ?? 0,
    seed: wholeNumber('seed', values.seed, 0) ?? randomInt(1_000_000_000),
  }
}

function wholeNumber(name: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text) || Number(text) < min)
    throw new StopSentence(`--${name} must be a whole number from ${min}, not ${text}.`)
  return Number(text)
}

function help(): string {
  const all = runs.flatMap((run) => [run, run.suite, run.list].filter((one) => one !== undefined))
  const lines = all.map(({ name, summary, rounds, seconds }) => {
    const dials = [`--rounds ${rounds.usual}: ${rounds.means}`]
    if (seconds) dials.push(`--seconds ${seconds.usual}: ${seconds.means}`)
    return `  ${name.padEnd(12)} ${summary}\n${' '.repeat(15)}${dials.join('; ')}`
  })
  return [
    'npm run faults -- <name> [--rounds N] [--seconds D] [--seed S]',
    '',
    'Does a fault to the product again and again while a sender delivers, then compares what the sender was promised and',
    'what the post office got with what the product says. Everything is on this machine and gone afterwards. The same seed',
    'makes the same choices. Ends with one line of figures, and with 1 when a promise was broken.',
    '',
    ...lines,
  ].join('\n')
}

try {
  const wish = wishOf(process.argv.slice(2))
  if (wish === 'help') console.log(help())
  else process.exitCode = (await perform(wish)) ? 0 : 1
} catch (cause) {
  const isMisspelt = (cause as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') ?? false
  printReason(isMisspelt ? new StopSentence((cause as Error).message) : cause)
  process.exitCode = 1
}
