import type { Done, Job } from './crew.ts'
import { lightenAborts } from './time/abort.ts'
import { type Outcome, simulate } from './world/world.ts'

lightenAborts()
process.on('disconnect', () => process.exit(0))
// Thrown where nobody waited for it: the crew says in which world.
process.on('unhandledRejection', (cause) => {
  console.error(cause)
  process.exit(1)
})
process.on('message', async (message) => {
  const outcome = await live(message as Job)
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
