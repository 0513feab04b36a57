import type { Done, Job } from './crew.ts'
import { replayText } from './replay.ts'
import { lightenAborts } from './time/abort.ts'
import { type Outcome, simulate } from './world/world.ts'

/** The world under way, for whatever is thrown where nobody waits for it. */
let running: Job | null = null

lightenAborts()
process.on('disconnect', () => process.exit(0))
process.on('unhandledRejection', (cause) => {
  console.error(cause)
  if (running) console.error(`Nobody waited for this in seed ${running.seed}.\n${replayText(running)}`)
  process.exit(1)
})
process.on('message', async (message) => {
  running = message as Job
  const outcome = await live(running)
  const { user, system } = process.cpuUsage()
  const done: Done = { outcome, busyMs: (user + system) / 1_000 }
  process.send?.(done)
})

async function live({ seed, days, isTwice }: Job): Promise<Outcome> {
  const outcome = await simulate(seed, days)
  if (!isTwice) return outcome
  const second = await simulate(seed, days)
  if (second.hash === outcome.hash) return outcome
  const sentence = `determinism: the first run's trace is ${outcome.hash}, the second's ${second.hash}`
  return { ...outcome, violationCount: outcome.violationCount + 1, violations: [...outcome.violations, sentence] }
}
