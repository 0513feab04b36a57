import type { Channel } from '../../../server/channels/contract.ts'
import type { CatchUp } from '../../../server/engine/catch-up.ts'
import { type Engine, type Station, startEngine } from '../../../server/engine/engine.ts'
import { createFlow } from '../../../server/flow.ts'
import { ping } from '../../../server/heartbeats/actions.ts'
import { isDatabaseAway } from '../../../server/http/errors.ts'
import { SharedCommits } from '../../../server/intake/batch.ts'
import type { Outbound } from '../../../server/integrations/contract.ts'
import { openChannelBook } from '../../../server/notifications/channels/book.ts'
import { noteReceipt } from '../../../server/notifications/receipts/actions.ts'
import { type Clock, databaseClock } from '../../../server/runtime/clock.ts'
import type { Log } from '../../../server/runtime/log.ts'
import type { Secrets } from '../../../server/runtime/secrets.ts'
import { catchUpOf } from '../../../server/watch/catch-up.ts'
import { asDatabase } from '../memory/database.ts'
import { insertDeliveries } from '../twins/intake/store.ts'
import { wait, within } from '../twins/runtime/timers.ts'
import type { Receipt } from './post-office.ts'
import type { Process } from './process.ts'

/** What the engine says when nothing will be due within a second: then it only looks again and again. */
const IDLE_MS = 1_000
const BATCH_MAX = 100
const WRITERS_MAX = 4
const ANSWER_MS_MAX = 4_800

/** What a delivery brings to the door. */
export interface Arrival {
  alertSourceId: number
  id: string
  answerStatus: number
  headers: Record<string, string>
  body: Buffer
}

/** What a process is started with. */
export interface Surroundings {
  secrets: Secrets
  channelsOf(process: Process): Channel[]
  outboundOf(process: Process): Outbound
  log: Log
  random: () => number
  slotsMax: number
  enrichmentWaitMs: number
  stormPages: number
}

/** The product within one process: its flow under the product's own engine, and its door. */
export class Product {
  readonly process: Process
  readonly clock: Clock
  readonly #catchUp: CatchUp
  readonly #engines = new Map<string, Engine>()
  readonly #commits: SharedCommits<Arrival>

  constructor(process: Process, surroundings: Surroundings) {
    this.process = process
    const db = asDatabase(process.db)
    this.clock = databaseClock(db)
    this.#catchUp = catchUpOf(db)
    const { secrets, log, random, enrichmentWaitMs, stormPages } = surroundings
    const channels = openChannelBook({
      db,
      secrets,
      kinds: [],
      fixed: surroundings.channelsOf(process),
      environment: {},
      toolsFor: () => {
        throw new Error('Every channel here is a fixed one.')
      },
    })
    const flow = createFlow({
      databases: { engine: db, writeback: db, housekeeping: db },
      clock: this.clock,
      secrets,
      outbound: surroundings.outboundOf(process),
      channels,
      stormPages,
      links,
      enrichmentWaitMs,
      random,
      process: process.uuid(),
      log,
    })
    for (const station of flow) this.#engines.set(station.name, this.#start(station, surroundings))
    this.#commits = new SharedCommits<Arrival>(
      async (arrivals) => insertDeliveries(db, arrivals, await this.clock.now()),
      {
        sizeMax: BATCH_MAX,
        writersMax: WRITERS_MAX,
        isItsOwnFault: (cause) => !isDatabaseAway(cause),
        weigh: ({ body }) => body.length,
        weightMax: Number.POSITIVE_INFINITY,
      },
    )
  }

  // One engine for each station, so that each is woken when there is something for it: polling for days takes no time.
  #start(station: Station, { log, slotsMax }: Surroundings): Engine {
    const db = asDatabase(this.process.db)
    return startEngine({
      flow: [{ ...station, slots: Math.min(station.slots, slotsMax) }],
      db,
      clock: {
        now: () => this.clock.now(),
        wait: (ms, signal) => (ms < IDLE_MS ? wait(ms, signal) : untilWoken(signal)),
      },
      log,
      catchUp: this.#catchUp,
    })
  }

  /** A station looks whether something is due: its poll, or a hint. */
  wake(station: string): void {
    this.process.enter(() => this.#engines.get(station)?.wake())
  }

  /** Keeps what arrived; resolves after the commit, rejects when it is not known to be kept. Call it within the process. */
  keep(arrival: Arrival): Promise<void> {
    return within(ANSWER_MS_MAX, 'The database does not answer in time.', this.#commits.add(arrival))
  }

  /** Somebody calls with a monitor's key; resolves after the commit. Call it within the process. */
  async ping(key: string): Promise<void> {
    const isKnown = await ping(asDatabase(this.process.db), key, await this.clock.now())
    if (!isKnown) throw new Error('The key opens nothing.')
  }

  /** A provider says what became of a message. Call it within the process. */
  async confirm(notificationId: string, state: Receipt): Promise<void> {
    const db = asDatabase(this.process.db)
    const now = await this.clock.now()
    const news = { state, reason: 'The telephone is off.', isGone: false }
    await db.transaction().execute((tx) => noteReceipt(tx, notificationId, news, now))
  }

  /** Ends as SIGTERM does: what is under way is finished. */
  async stop(): Promise<void> {
    await Promise.all([...this.#engines.values()].map((engine) => engine.stop()))
  }
}

/** Addresses in messages; nobody here opens them. */
export const links = {
  alertUrl: (alertId: number) => `https://tocsin.example/alerts/${alertId}`,
  answerUrl: (notificationId: string, verb: string) => `https://tocsin.example/answer/${notificationId}?do=${verb}`,
  alertsUrl: () => 'https://tocsin.example/alerts',
  invitationUrl: (personId: number) => `https://tocsin.example/invitation#${personId}`,
  shiftsUrl: () => 'https://tocsin.example/my-on-call',
  token: (messageId: string) => messageId,
  callbackUrl: (messageId: string) => `https://tocsin.example/callbacks/message/${messageId}`,
  inboundUrl: (method: string) => `https://tocsin.example/callbacks/${method}`,
}

function untilWoken(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
