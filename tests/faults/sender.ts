import { setTimeout as pause } from 'node:timers/promises'
import type { Dice } from './dice.ts'
import { type Incident, incident, type Keys, KINDS, type Message } from './incident.ts'
import { type Ledger, newLedger } from './ledger.ts'

export interface Sender {
  ledger: Ledger
  /** Opens nothing new; resolves when everything that was begun has been acknowledged. */
  finish(): Promise<void>
}

export interface SenderOptions {
  /** Nodes of one installation; each attempt goes to any of them. */
  urls: readonly [string, ...string[]]
  keys: Keys
  /** A new one when absent. */
  ledger?: Ledger
  dice: Dice
  /** Whether somebody was paged: nobody answers an incident before. */
  wasPaged: (name: string) => boolean
  /**
   * Set where a node may fall asleep with a delivery in its hands and keep it later: an attempt that hangs for so many
   * milliseconds goes elsewhere, and every message of the event API can be told from its repetition.
   */
  sleepersMs?: number
  /** The longest pause of a lane between two deliveries, where the usual pace is more than the machine can read. */
  pauseMsMax?: number
}

interface Open {
  incident: Incident
  answered: number
  isBusy: boolean
}

const LANES = 4
const PAUSE_MS_MAX = 180
/** 4me's own patience. */
const ANSWER_MS_MAX = 10_000
const RETRY_MS = [50, 100, 200, 400]
/** A slow machine that is killed again and again is up for a second of eight. */
const PATIENCE_MS = 10 * 60_000

/** Sends without end, several deliveries at a time, and sends again what was not acknowledged, as 4me would. */
export function startSending(options: SenderOptions): Sender {
  const { urls, keys, dice, wasPaged, sleepersMs, pauseMsMax = PAUSE_MS_MAX, ledger = newLedger() } = options
  const open: Open[] = []
  let isFinishing = false
  let count = 0

  const deliver = (name: string, message: () => Message) =>
    deliverUntilKept({ url: () => dice.oneOf(urls), name, message, ledger, sleepersMs })

  const begin = async () => {
    count += 1
    const isRepeatable = sleepersMs !== undefined
    const one: Open = { incident: incident(dice.oneOf(KINDS), count, keys, isRepeatable), answered: 0, isBusy: true }
    const { name, opening } = one.incident
    const triedAt = Date.now()
    // Now and then two deliveries of one event arrive side by side.
    const copies = dice.percent(15) ? 2 : 1
    await Promise.all(Array.from({ length: copies }, () => deliver(name, opening)))
    ledger.wanted.set(name, 'PENDING')
    ledger.moments.set(name, { triedAt, promisedAt: Date.now(), answeredFrom: null })
    one.isBusy = false
    open.push(one)
  }

  const answer = async (one: Open) => {
    const next = one.incident.answers[one.answered]
    if (!next) return
    const moments = ledger.moments.get(one.incident.name)
    if (moments) moments.answeredFrom ??= Date.now()
    await deliver(one.incident.name, next.message)
    one.answered += 1
    ledger.wanted.set(one.incident.name, next.status)
  }

  const goOn = async () => {
    const one = open.find(({ incident: { name }, isBusy }) => !isBusy && wasPaged(name))
    if (!one || dice.percent(60)) return begin()
    one.isBusy = true
    // An event that was answered and comes again would be a new alert; nothing comes again after its answer.
    if (one.answered === 0 && dice.percent(30)) await deliver(one.incident.name, one.incident.opening)
    else await answer(one)
    one.isBusy = false
    const mayComeAgain = one.answered < one.incident.answers.length && dice.percent(70)
    if (!mayComeAgain) open.splice(open.indexOf(one), 1)
  }

  const lane = async () => {
    while (!isFinishing) {
      await goOn()
      await pause(dice.between(0, pauseMsMax))
    }
  }
  const lanes = Promise.all(Array.from({ length: LANES }, lane))
  // A lane that fails is told by `finish`.
  lanes.catch(() => {})
  return {
    ledger,
    finish: async () => {
      isFinishing = true
      await lanes
    },
  }
}

/** Sends until there is a 2xx, and writes into the ledger what was said before. */
export async function deliverUntilKept(delivery: {
  url: () => string
  name: string
  message: () => Message
  ledger: Ledger
  sleepersMs?: number | undefined
}): Promise<void> {
  const { url, name, message, ledger, sleepersMs } = delivery
  const began = performance.now()
  for (let attempt = 0; performance.now() - began < PATIENCE_MS; attempt++) {
    const answer = await deliverOnce(url(), message(), sleepersMs)
    if (answer.kind === 'promised') {
      ledger.promised.push({ incident: name, receipt: answer.receipt })
      return
    }
    if (answer.kind === 'improper') ledger.improper.push(`${name}: ${answer.text}`)
    if (answer.kind === 'refused') ledger.worstRefusalMs = Math.max(ledger.worstRefusalMs, Math.round(answer.afterMs))
    ledger.unacknowledged += 1
    await pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)])
  }
  throw new Error(`${name} was not acknowledged in ${PATIENCE_MS / 60_000} minutes.`)
}

type Answer =
  | { kind: 'promised'; receipt: string | null }
  | { kind: 'refused'; afterMs: number }
  | { kind: 'unknown' }
  | { kind: 'improper'; text: string }

/** One attempt at one delivery, and what its sender makes of the answer. */
export async function deliverOnce(url: string, { path, headers, body }: Message, sleepersMs?: number): Promise<Answer> {
  const began = performance.now()
  try {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(sleepersMs ?? ANSWER_MS_MAX),
    })
    if (answer.ok) return { kind: 'promised', receipt: await receiptIn(answer) }
    return answer.status === 503
      ? { kind: 'refused', afterMs: performance.now() - began }
      : { kind: 'improper', text: `${answer.status} ${await answer.text()}` }
  } catch (cause) {
    const { name } = cause as Error
    const mayHang = name !== 'TimeoutError' || sleepersMs !== undefined
    return mayHang ? { kind: 'unknown' } : { kind: 'improper', text: `no answer within ${ANSWER_MS_MAX / 1_000} s` }
  }
}

async function receiptIn(answer: Response): Promise<string | null> {
  const text = await answer.text().catch(() => null)
  return text === null ? null : (JSON.parse(text) as { receipt: string }).receipt
}
