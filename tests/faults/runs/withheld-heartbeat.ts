import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../../support/free-port.ts'
import type { FaultRun, Outcome, Work } from '../fault-run.ts'
import { type Fleet, openFleet } from '../fleet.ts'
import { until } from '../until.ts'

/** A watcher must be able to ring so long after a cause at the latest (invariants.md OPS-1). */
const SILENT_MS_MAX = 60_000
/** The heart beats every ten seconds: longer without a beat, and it is silent. */
const QUIET_MS = 25_000
const BEATS_AGAIN_MS_MAX = 120_000
/** Lateness counts from here on: before, a delivery or a step may be in somebody's hands. */
const LATE_MS = 60_000

/** F17: each cause for which the dead man's switch must fall silent, one after the other, and over again. */
export const withheldHeartbeat: FaultRun = {
  name: 'f17',
  summary: 'the causes for which the heartbeat must stop within a minute, one after the other',
  rounds: { means: 'causes; six, and then over again', usual: 12 },
  roundMsMax: 300_000,
  carryOut,
}

interface Scene extends Fleet {
  watcher: Watcher
  /** A session on the database that is not the product's. */
  outside: pg.Client
}

interface Cause {
  name: string
  /** When it becomes one, after it was brought about, in milliseconds. */
  afterMs: number
  bringAbout(scene: Scene): Promise<unknown>
  takeBack(scene: Scene): Promise<unknown>
}

const SOURCES_LOCK = 7_001

const causes: [Cause, ...Cause[]] = [
  {
    name: 'no mail server',
    afterMs: 0,
    bringAbout: ({ postOffice }) => postOffice.pause(),
    takeBack: ({ postOffice }) => postOffice.resume(),
  },
  {
    name: 'process dead',
    afterMs: 0,
    bringAbout: ({ nodes: [node] }) => node.running.kill(),
    takeBack: async ({ nodes: [node] }) => {
      node.running = node.installation.start()
      await node.running.ready()
    },
  },
  {
    name: 'database takes no writes',
    afterMs: 0,
    bringAbout: async ({ outside }) => {
      await outside.query('alter system set default_transaction_read_only = on')
      await outside.query('select pg_reload_conf()')
    },
    takeBack: async ({ outside }) => {
      await outside.query('set default_transaction_read_only = off')
      await outside.query('alter system reset default_transaction_read_only')
      await outside.query('select pg_reload_conf()')
    },
  },
  {
    name: 'auditor silent',
    afterMs: 0,
    bringAbout: async ({ outside }) => {
      await outside.query('begin')
      await outside.query("select 1 from watch_mark where name = 'auditor' for update")
    },
    takeBack: ({ outside }) => outside.query('rollback'),
  },
  {
    name: 'delivery unread',
    afterMs: LATE_MS,
    bringAbout: async ({ outside, keys, urls: [url] }) => {
      await outside.query('select pg_advisory_lock($1, id) from alert_source', [SOURCES_LOCK])
      await sendEvent(url, keys.events, 'unread')
    },
    takeBack: ({ outside }) => outside.query('select pg_advisory_unlock_all()'),
  },
  {
    name: 'step late',
    afterMs: LATE_MS,
    bringAbout: async ({ outside, keys, urls: [url] }) => {
      // Whoever opens the alert must not be stopped: the lock waits for its climb, and holds its next step.
      await sendEvent(url, keys.events, 'late')
      await until('The alert climbs', 10_000, async () => {
        const { rowCount } = await outside.query('select 1 from escalation where stopped_at is null')
        return (rowCount ?? 0) > 0
      })
      await outside.query('begin')
      await outside.query('update escalation set due_at = clock_timestamp() where stopped_at is null')
    },
    takeBack: ({ outside }) => outside.query('rollback'),
  },
]

async function carryOut(work: Work): Promise<Outcome> {
  const watcher = await openWatcher(await freePort())
  work.atTheEnd(() => watcher.close())
  const fleet = await openFleet(work, { size: 1, env: { TOCSIN_HEARTBEAT_URL: watcher.url } })
  const outside = new pg.Client(fleet.database.url)
  outside.on('error', () => {})
  await outside.connect()
  work.atTheEnd(() => outside.end())
  const scene = { ...fleet, watcher, outside }

  const silentAfterMs: number[] = []
  const violations: string[] = []
  for (let round = 1; round <= work.rounds; round++) {
    const cause = causes[(round - 1) % causes.length] ?? causes[0]
    work.tell(round / work.rounds, `${cause.name} (${round} of ${work.rounds})`)
    await until('The heart beats', BEATS_AGAIN_MS_MAX, () => watcher.beatsSince(Date.now() - QUIET_MS) > 0)
    await cause.bringAbout(scene)
    const from = Date.now() + cause.afterMs
    const lastBeat = await watcher.silence(from + SILENT_MS_MAX + QUIET_MS)
    await cause.takeBack(scene)
    if (lastBeat === null) violations.push(`The heart went on although: ${cause.name}.`)
    else {
      silentAfterMs.push(Math.max(0, lastBeat - from))
      if (lastBeat - from > SILENT_MS_MAX) violations.push(`It beat ${lastBeat - from} ms after: ${cause.name}.`)
    }
  }
  return {
    figures: { causes: work.rounds, beats: watcher.beats(), worstSilentAfterMs: Math.max(0, ...silentAfterMs) },
    violations,
  }
}

async function sendEvent(url: string, integrationKey: string, summary: string): Promise<void> {
  const answer = await fetch(`${url}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ integrationKey, eventType: 'ALERT', summary }),
  })
  if (answer.status !== 202) throw new Error(`The event was answered ${answer.status}.`)
}

/** The one who would ring: it remembers when it was called. */
interface Watcher {
  url: string
  beats(): number
  beatsSince(at: number): number
  /** When it was called last, once it was not called for a while; null when the calls go on until then. */
  silence(until: number): Promise<number | null>
  close(): void
}

async function openWatcher(port: number): Promise<Watcher> {
  const calls: number[] = []
  const server = createServer((_request, answer) => {
    calls.push(Date.now())
    answer.end('ok')
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const last = () => calls.at(-1) ?? 0
  return {
    url: `http://127.0.0.1:${port}/a-secret-path`,
    beats: () => calls.length,
    beatsSince: (at) => calls.filter((call) => call >= at).length,
    async silence(latest) {
      const began = Date.now()
      for (;;) {
        const quietSince = Math.max(last(), began)
        if (Date.now() - quietSince > QUIET_MS) return last()
        if (Date.now() > latest) return null
        await pause(200)
      }
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
