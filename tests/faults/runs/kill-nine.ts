import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../support/free-port.ts'
import type { Dice } from '../dice.ts'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import type { FaultWindow } from '../fault-windows.ts'
import { openPostOffice } from '../post-office.ts'
import { type Installation, prepareInstallation, type Running } from '../product.ts'
import { startSending } from '../sender.ts'
import { addSources, CLIMB_MS } from '../sources.ts'
import { copiesIn, figuresOf, reachVerdict, violationsOf } from '../verdict.ts'

const READY_MS_MAX = 10_000
const UP_MS = [20, 1_500] as const
const STARTING_MS = [20, 900] as const
/** What lives a second at a time, and starts twice as long, gets through little; more would only wait for the end. */
const PAUSE_MS_MAX = 2_500

/** F1: the product with its embedded database, killed as a whole in the middle of a stream of deliveries. */
export const killNine: FaultRun = {
  name: 'f1',
  summary: 'kill -9 of the whole process tree with the embedded database',
  rounds: { means: 'kills', usual: 200 },
  carryOut,
}

async function carryOut(work: Work): Promise<Outcome> {
  const postOffice = await openPostOffice(await freePort())
  work.atTheEnd(() => postOffice.close())
  const installation = await prepareInstallation({ SMTP_URL: postOffice.smtpUrl })
  work.atTheEnd(() => installation.remove())
  const first = installation.start()
  await first.ready()

  const { ledger, finish } = startSending({
    urls: [installation.url],
    keys: await addSources(installation.api),
    // The order of the choices is the seed's; when each is made is not.
    dice: work.diceFor('sender'),
    wasPaged: (name) => postOffice.lettersAbout(name).length > 0,
    pauseMsMax: PAUSE_MS_MAX,
  })
  const { readyMs, windows } = await killAgainAndAgain(installation, first, work.diceFor('kills'), work)
  work.tell(1, 'healing')
  await finish()
  if (work.isPatient) await pause(CLIMB_MS)

  const verdict = await reachVerdict({ api: installation.api, ledger, postOffice, windows, lateMsMax: work.lateMsMax })
  const readyMsWorst = Math.round(Math.max(...readyMs))
  return {
    figures: { kills: work.rounds, ...figuresOf(verdict, ledger), readyMsMedian: median(readyMs), readyMsWorst },
    violations: [
      ...ledger.improper,
      ...violationsOf(verdict),
      ...(copiesIn(verdict).all > work.rounds ? ['More pages came again than there were kills.'] : []),
      ...(readyMsWorst > READY_MS_MAX ? [`A start took ${readyMsWorst} ms.`] : []),
      ...(ledger.wanted.size < work.rounds ? ['There were fewer alerts than kills.'] : []),
    ],
  }
}

/** Kills so many times, every fifth time while it still starts; tells how long each undisturbed start took. */
async function killAgainAndAgain(installation: Installation, first: Running, dice: Dice, work: Work) {
  const readyMs: number[] = []
  const windows: FaultWindow[] = []
  let running = first
  let killedAt = Date.now()
  const ready = async () => {
    readyMs.push(await running.ready())
    windows.push({ from: killedAt, until: Date.now() })
  }
  for (let round = 1; round <= work.rounds; round++) {
    work.tell(round / work.rounds, `kill ${round} of ${work.rounds}`)
    const isYoung = dice.percent(20)
    if (isYoung) await pause(dice.between(...STARTING_MS))
    else {
      if (running !== first) await ready()
      await pause(dice.between(...UP_MS))
      killedAt = Date.now()
    }
    await running.kill()
    running = installation.start()
  }
  await ready()
  return { readyMs, windows }
}

function median(numbers: number[]): number {
  return Math.round(numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN)
}
