import type { Station } from '../../../server/engine/engine.ts'
import type { Chance } from '../chance.ts'
import type { Agenda, Appointment } from '../time/agenda.ts'

/** A poll comes this often; a station that has something due is looked at no less. */
const POLL_MS = 1_000
const HINT_MS_MAX = 5
/** Stations that never say when they are due are looked at all the same. */
const HEARTBEAT_MS: Record<string, number> = { auditor: 1_800_000, alarms: 1_800_000 }
const OTHER_HEARTBEAT_MS = 6 * 3_600_000
/** Longer than every pause, outage and start. */
const STUCK_MS = 3 * 3_600_000
const EVERYBODY_PERCENT = 25

/** Wakes the stations of all processes when something is due for them, instead of polling through quiet days. */
export class Rounds {
  readonly #agenda: Agenda
  readonly #stations: readonly Station[]
  readonly #chance: Chance
  readonly #dbAheadMs: () => number
  readonly #wake: (station: string, everybody: boolean) => boolean
  readonly #planned = new Map<string, { atMs: number; appointment: Appointment }>()
  readonly #overdue = new Map<string, { atMs: number; sinceMs: number }>()
  readonly #isStuck: (station: string) => void
  #isLooking = false

  /**
   * `stations`: any flow over the same tables, asked for when things are due. `dbAheadMs`: the database's clock minus
   * virtual time. `wake`: false when nobody runs; `look` once somebody does.
   */
  constructor(options: {
    agenda: Agenda
    stations: readonly Station[]
    chance: Chance
    dbAheadMs: () => number
    wake: (station: string, everybody: boolean) => boolean
    isStuck: (station: string) => void
  }) {
    this.#agenda = options.agenda
    this.#stations = options.stations
    this.#chance = options.chance
    this.#dbAheadMs = options.dbAheadMs
    this.#wake = options.wake
    this.#isStuck = options.isStuck
    for (const station of this.#stations) this.#beat(station.name)
  }

  #beat(station: string): void {
    this.#agenda.after(HEARTBEAT_MS[station] ?? OTHER_HEARTBEAT_MS, () => {
      this.#wake(station, true)
      this.#beat(station)
    })
  }

  /** Something changed: looks when each station is due now. */
  look(): void {
    if (this.#isLooking) return
    this.#isLooking = true
    this.#agenda.after(0, () => {
      this.#isLooking = false
      void this.#lookAtAll()
    })
  }

  async #lookAtAll(): Promise<void> {
    for (const station of this.#stations) this.#plan(station, await station.nextAt())
  }

  #plan(station: Station, at: Date | null): void {
    if (at === null) return
    const dueMs = at.getTime() - this.#dbAheadMs()
    const known = this.#planned.get(station.name)
    if (dueMs > this.#agenda.nowMs) this.#planAt(station, dueMs, known)
    // What is due already is found by a hint, or else by somebody's next poll.
    else if (!known || known.atMs > this.#agenda.nowMs + POLL_MS) {
      const delay = this.#chance.percent(80) ? HINT_MS_MAX : POLL_MS
      this.#planAt(station, this.#agenda.nowMs + this.#chance.between(0, delay), known)
    }
  }

  #planAt(station: Station, atMs: number, known: { atMs: number; appointment: Appointment } | undefined): void {
    if (known && known.atMs <= atMs) return
    known?.appointment.cancel()
    const appointment = this.#agenda.at(atMs, () => {
      this.#planned.delete(station.name)
      if (!this.#wake(station.name, this.#chance.percent(EVERYBODY_PERCENT))) return
      this.#agenda.after(POLL_MS, () => void this.#lookAgain(station))
    })
    this.#planned.set(station.name, { atMs, appointment })
  }

  /** Whoever was woken may be stopped or busy: whoever polls next finds what is still due. */
  async #lookAgain(station: Station): Promise<void> {
    const at = await station.nextAt()
    const dueMs = at === null ? Number.POSITIVE_INFINITY : at.getTime() - this.#dbAheadMs()
    const isOverdue = dueMs <= this.#agenda.nowMs
    // What is due at once, as at the beginning of time, may be done and due again.
    if (!isOverdue) this.#overdue.delete(station.name)
    if (at === null) return
    if (isOverdue) this.#seeOverdue(station.name, at.getTime())
    if (isOverdue && !this.#wake(station.name, true)) return
    this.#planAt(station, isOverdue ? this.#agenda.nowMs + POLL_MS : dueMs, this.#planned.get(station.name))
  }

  /** What is due gets done, or is planned anew, whatever happens meanwhile. */
  #seeOverdue(station: string, atMs: number): void {
    const known = this.#overdue.get(station)
    if (known?.atMs !== atMs) this.#overdue.set(station, { atMs, sinceMs: this.#agenda.nowMs })
    else if (this.#agenda.nowMs - known.sinceMs > STUCK_MS) this.#isStuck(station)
  }
}
