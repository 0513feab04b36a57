import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import { StopSentence } from '../../tools/setup/stop-sentence.mjs'
import { replayText } from './replay.ts'
import type { Outcome } from './world/world.ts'

const WORKER = path.join(import.meta.dirname, 'worker.ts')

/** One world for a process to live through. */
export interface Job {
  seed: number
  days: number
  /** Lives it a second time, and compares. */
  isTwice: boolean
}

/** What a process says when a world is over. */
export interface Done {
  outcome: Outcome
  /** Time of a processor since it began, in milliseconds. */
  busyMs: number
}

/**
 * Lives worlds in several processes side by side, each its next one as soon as it is done. Ends at once when `accept` says
 * false; fails when a process ends by itself.
 * @returns the processor time of all of them, in minutes
 */
export async function liveAll(
  jobs: readonly Job[],
  processes: number,
  accept: (outcome: Outcome) => boolean,
): Promise<number> {
  const waiting = [...jobs]
  const crew = Array.from({ length: Math.min(processes, jobs.length) }, () => fork(WORKER))
  const busyMs = new Map<ChildProcess, number>()
  try {
    await new Promise<void>((resolve, reject) => {
      let working = crew.length
      for (const worker of crew) {
        let job = waiting.shift()
        const begin = () => {
          if (job) worker.send(job)
          else if (--working === 0) resolve()
        }
        worker.on('message', (message) => {
          const done = message as Done
          busyMs.set(worker, done.busyMs)
          if (!accept(done.outcome)) return resolve()
          job = waiting.shift()
          begin()
        })
        worker.on('error', reject)
        worker.on('exit', (code, signal) => {
          const again = job ? `\n${replayText(job)}` : ''
          reject(new StopSentence(`A process ended by itself (${signal ?? `exit code ${code}`}).${again}`))
        })
        begin()
      }
    })
  } finally {
    for (const worker of crew) worker.kill('SIGKILL')
  }
  return busyMs.values().reduce((sum, ms) => sum + ms, 0) / 60_000
}
