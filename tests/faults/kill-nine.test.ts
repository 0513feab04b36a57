import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type Dice, diceOf } from './dice.ts'
import { freePort } from './free-port.ts'
import { openPostOffice, type PostOffice } from './post-office.ts'
import { type Installation, installationsOfThisFile, type Running } from './product.ts'
import { reckon } from './reckoning.ts'
import { startSending } from './sender.ts'
import { addSources } from './sources.ts'
import { until } from './until.ts'

const ROUNDS = wholeNumber('FAULT_ROUNDS', 50)
const SEED = wholeNumber('FAULT_SEED', randomInt(1_000_000_000))
const READY_MS_MAX = 10_000
/** A page whose attempt was cut off is tried again after its lease, one that was refused within a minute. */
const PAGES_MS_MAX = 90_000
const UP_MS = [20, 1_500] as const
const STARTING_MS = [20, 900] as const

const prepare = installationsOfThisFile()

it(`loses and doubles nothing in ${ROUNDS} kills of the whole process tree`, { timeout: 480_000 }, async () => {
  console.log(`FAULT_SEED=${SEED} FAULT_ROUNDS=${ROUNDS}`)
  const dice = diceOf(SEED)
  const postOffice = await openPostOffice(await freePort())
  try {
    const installation = await prepare({ SMTP_URL: postOffice.smtpUrl })
    const first = installation.start()
    await first.ready()
    const keys = await addSources(installation.api)
    const sender = startSending({
      urls: [installation.url],
      keys,
      // The order of the choices is the seed's; when each is made is not.
      dice: diceOf(SEED + 1),
      wasPaged: (name) => postOffice.pagesFor(name) > 0,
    })
    const readyMs = await killAgainAndAgain(installation, first, dice)
    await sender.finish()

    const { ledger } = sender
    const reckoning = await reckon(installation.api, ledger)
    const unpaged = await stillUnpaged(postOffice, [...ledger.wanted.keys()])
    report({
      kills: ROUNDS,
      acknowledged: ledger.promised.length,
      unacknowledged: ledger.unacknowledged,
      alerts: ledger.wanted.size,
      lost: reckoning.lost.length,
      doubled: reckoning.doubled.length,
      unpaged: unpaged.length,
      pagedAgain: [...ledger.wanted.keys()].filter((name) => postOffice.pagesFor(name) > 1).length,
      readyMsMedian: median(readyMs),
      readyMsWorst: Math.round(Math.max(...readyMs)),
    })
    expect(ledger.improper).toEqual([])
    expect({ ...reckoning, unpaged }).toEqual({ lost: [], doubled: [], wrong: [], unpaged: [] })
    expect(Math.max(...readyMs)).toBeLessThanOrEqual(READY_MS_MAX)
    expect(ledger.wanted.size).toBeGreaterThanOrEqual(ROUNDS)
  } finally {
    await postOffice.close()
  }
})

/** Kills so many times, every fifth time while it still starts; returns how long each undisturbed start took. */
async function killAgainAndAgain(installation: Installation, first: Running, dice: Dice): Promise<number[]> {
  const readyMs: number[] = []
  let running = first
  for (let round = 1; round <= ROUNDS; round++) {
    const isYoung = dice.percent(20)
    if (isYoung) await pause(dice.between(...STARTING_MS))
    else {
      if (running !== first) readyMs.push(await running.ready())
      await pause(dice.between(...UP_MS))
    }
    await running.kill()
    running = installation.start()
  }
  readyMs.push(await running.ready())
  return readyMs
}

/** Waits for the pages that are still to come; returns which alerts never got one. */
async function stillUnpaged(postOffice: PostOffice, names: string[]): Promise<string[]> {
  const unpaged = () => names.filter((name) => postOffice.pagesFor(name) === 0)
  await until('every alert was paged', PAGES_MS_MAX, () => unpaged().length === 0).catch(() => {})
  return unpaged()
}

function median(numbers: number[]): number {
  return Math.round(numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN)
}

function report(figures: Record<string, number>): void {
  console.log(
    Object.entries(figures)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  )
}

function wholeNumber(name: string, otherwise: number): number {
  const text = process.env[name]
  if (!text) return otherwise
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} must be a whole number, not ${text}.`)
  return Number(text)
}
