import type { FaultRun } from './fault-run.ts'
import { damage } from './runs/damage.ts'
import { databaseRestarts } from './runs/database-restarts.ts'
import { failpoints } from './runs/failpoints.ts'
import { freezes } from './runs/freezes.ts'
import { killNine } from './runs/kill-nine.ts'
import { lostCommits } from './runs/lost-commits.ts'
import { oneFolder } from './runs/one-folder.ts'
import { parallelDeliveries } from './runs/parallel-deliveries.ts'
import { poison } from './runs/poison.ts'
import { randomKills } from './runs/random-kills.ts'
import { withheldHeartbeat } from './runs/withheld-heartbeat.ts'

/** Every run of the command, in the order of invariants.md 3.1. */
export const runs: readonly FaultRun[] = [
  killNine,
  randomKills,
  freezes,
  databaseRestarts,
  lostCommits,
  poison,
  parallelDeliveries,
  failpoints,
  withheldHeartbeat,
  damage,
  oneFolder,
]
