import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Dice } from '../faults/dice.ts'
import { signalAll, treeOf } from '../faults/processes.ts'
import type { Kill } from './words.ts'

/** What a kill needs to know of one PostgreSQL and its Patroni. */
export interface Victim {
  name: string
  patroni(): number | null
  postmaster(): number | null
  start(): void
}

const LINE_STALLS_MS_MAX = 800

/** Takes the primary away; returns what gives its machine back. */
export async function strike(kill: Kill, primary: Victim, standby: Victim, dice: Dice): Promise<() => void> {
  const database = processesOf(primary.postmaster())
  switch (kill) {
    case 'postgres':
      signalAll(database, 'SIGKILL')
      // Its Patroni lives and starts it again.
      return () => {}
    case 'node': {
      const release = await stallLine(standby, dice)
      signalAll([...processesOf(primary.patroni()), ...processesOf(primary.postmaster())], 'SIGKILL')
      release()
      return () => primary.start()
    }
    case 'freeze': {
      // Nothing is refused and nothing answers, as when a machine hangs or its cable is pulled.
      const all = [...processesOf(primary.patroni()), ...database]
      signalAll(all, 'SIGSTOP')
      return () => signalAll(all, 'SIGCONT')
    }
  }
}

/**
 * On one machine nothing is ever under way between primary and standby. Between two, a line may stall before the primary
 * dies: the standby reads nothing for a moment, and never sees what was sent meanwhile.
 */
async function stallLine(standby: Victim, dice: Dice): Promise<() => void> {
  const receiver = processesOf(standby.postmaster()).filter((pid) => titleOf(pid).includes('walreceiver'))
  signalAll(receiver, 'SIGSTOP')
  await pause(dice.between(0, LINE_STALLS_MS_MAX))
  return () => {
    // In this order it ends before it reads again.
    signalAll(receiver, 'SIGTERM')
    signalAll(receiver, 'SIGCONT')
  }
}

function processesOf(root: number | null): number[] {
  return root === null ? [] : treeOf(root)
}

function titleOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
