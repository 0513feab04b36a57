import type { Appointment } from './agenda.ts'

/** The process whose code is running: its timers are its own, and end with it. */
export interface Host {
  /** Milliseconds of a clock that never jumps. */
  elapsedMs(): number
  after(ms: number, run: () => void): Appointment
  /** An id that nothing else has, by the seed's chance. */
  uuid(): string
}

let current: Host | null = null

/** From now on this process's code runs. */
export function actAs(host: Host): void {
  current = host
}

/** Whose code is running. */
export function host(): Host {
  if (current === null) throw new Error('Nobody is running: time stands still outside of a simulation.')
  return current
}
