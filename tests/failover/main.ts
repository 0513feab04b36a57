// Kills the primary of a PostgreSQL pair again and again under a stream of deliveries, measures how long nothing is
// acknowledged, and lets the ledger judge what was lost. docs/guides/high-availability.md explains the figures.
import { createProgress } from '../../tools/setup/progress.mjs'
import { printReason, StopSentence } from '../../tools/setup/stop-sentence.mjs'
import { diceOf } from '../faults/dice.ts'
import { startSending } from '../faults/sender.ts'
import { addSources } from '../faults/sources.ts'
import { reachVerdict } from '../faults/verdict.ts'
import { printFigures } from './figures.ts'
import { watchResumption } from './resumption.ts'
import { playRound, type Round } from './rounds.ts'
import { type Scene, withScene } from './scene.ts'
import { readWords, type Words } from './words.ts'

const ROUND_MS_MAX = 150_000
const AROUND_MS_MAX = 600_000
/** Two databases, three nodes and their senders share one small machine here: this run judges what is lost, others what is late. */
const LATE_MS_MAX = 60_000
/** Some eight deliveries a second, which two cores can read besides two databases and two Patronis. */
const PAUSE_MS_MAX = 800
const STEPS = 5

type Progress = ReturnType<typeof createProgress>

async function main(words: Words): Promise<void> {
  if (process.platform !== 'linux') throw new StopSentence('The failover runs need Linux and the packages of Debian.')
  const flag = words.isSynchronous ? '' : ' --asynchronous'
  const kills = words.kills.map((kill) => ` --kill ${kill}`).join('')
  console.log(`npm run failover -- --rounds ${words.rounds}${kills}${flag} --seed ${words.seed}`)
  const progress = createProgress(STEPS)
  await withScene(words, progress, (scene) => Promise.race([play(words, scene, progress), anEnd(words)]))
}

async function play({ rounds, kills, isSynchronous, seed }: Words, scene: Scene, progress: Progress): Promise<void> {
  const { nodes, postOffice } = scene
  const dice = diceOf(seed)
  const keys = await addSources(nodes[0].api)
  const resumption = watchResumption()
  const sender = startSending({
    urls: [nodes[0].url, nodes[1].url, nodes[2].url],
    keys,
    // The order of the choices is the seed's; when each is made is not.
    dice: diceOf(seed + 1),
    pauseMsMax: PAUSE_MS_MAX,
    wasPaged: (name) => postOffice.lettersAbout(name).length > 0,
  })
  const schedule = Array.from({ length: rounds }, () => kills).flat()
  const played: Round[] = []
  await progress.step(
    `Killing the primary ${schedule.length} times`,
    `Primary killed ${schedule.length} times`,
    async (tell) => {
      for (const [index, kill] of schedule.entries()) {
        tell(`${index} of ${schedule.length}, now ${kill}`, index / schedule.length)
        const round = await playRound(kill, scene, resumption, dice)
        played.push(round)
        progress.say(oneRound(index + 1, round))
      }
    },
  )
  resumption.close()
  const { ledger } = sender
  const verdict = await progress.step('Reckoning', 'Reckoned', async () => {
    await sender.finish()
    const windows = played.map((round) => round.window)
    return reachVerdict({ api: nodes[1].api, ledger, postOffice, windows, lateMsMax: LATE_MS_MAX })
  })
  const isKept = printFigures({ kills, rounds: played, ledger, verdict, isSynchronous })
  process.exitCode = isKept ? 0 : 1
}

function oneRound(number: number, { kill, resumedMs, readyMs, wholeMs, isFailover }: Round): string {
  const s = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
  const how = isFailover ? 'the standby took over' : 'restarted in place'
  return `  ${number}. ${kill}: resumed after ${s(resumedMs)}, all ready ${s(readyMs)}, whole ${s(wholeMs)}; ${how}`
}

/** Rejects when somebody asks to stop, or when it takes far too long. */
function anEnd({ rounds, kills }: Words): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => reject(new StopSentence('Stopped before the end.')))
    const msMax = AROUND_MS_MAX + rounds * kills.length * ROUND_MS_MAX
    setTimeout(() => reject(new StopSentence(`Not done within ${msMax / 60_000} minutes.`)), msMax).unref()
  })
}

try {
  await main(readWords(process.argv.slice(2)))
} catch (cause) {
  printReason(cause)
  process.exitCode = 1
}
// A run that was stopped leaves a sender behind that would try on.
process.exit()
