import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { StopSentence } from '../../tools/setup/stop-sentence.mjs'

/** PostgreSQL alone, PostgreSQL with its Patroni, or the same two made to hang and later let go. */
export const KILLS = ['postgres', 'node', 'freeze'] as const
export type Kill = (typeof KILLS)[number]

export interface Words {
  /** Of each kind of kill. */
  rounds: number
  kills: readonly Kill[]
  isSynchronous: boolean
  seed: number
  /** Where to keep what every process said; nowhere when absent. */
  logs: string | undefined
}

const ROUNDS = 20
const ROUNDS_MAX = 1_000
const USAGE =
  'Usage: npm run failover -- [--rounds 20] [--kill postgres|node|freeze]… [--asynchronous] [--seed 1] [--logs DIR]; without --kill both postgres and node.'

/** What was asked for on the command line. */
export function readWords(words: string[]): Words {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        rounds: { type: 'string', default: String(ROUNDS) },
        kill: { type: 'string', multiple: true, default: ['postgres', 'node'] },
        asynchronous: { type: 'boolean', default: false },
        seed: { type: 'string', default: String(randomInt(1_000_000_000)) },
        logs: { type: 'string' },
      },
    })
    const kills = KILLS.filter((kill) => values.kill.includes(kill))
    const [rounds, seed] = [wholeNumber(values.rounds), wholeNumber(values.seed)]
    if (kills.length === new Set(values.kill).size && rounds >= 1 && rounds <= ROUNDS_MAX)
      return { rounds, kills, isSynchronous: !values.asynchronous, seed, logs: values.logs }
  } catch {
    // Told below.
  }
  throw new StopSentence(USAGE)
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${text} is not a whole number.`)
  return Number(text)
}
