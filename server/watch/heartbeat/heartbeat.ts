import type { Channel } from '../../channels/contract.ts'
import type { Database } from '../../database/connection.ts'
import { commitNow } from '../../database/probe.ts'
import type { EngineHealth } from '../../engine/engine.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import { createOutbound } from '../../runtime/outbound.ts'
import { elapsedMs, every, within } from '../../runtime/timers.ts'
import { readWatchFacts } from '../alarms/store.ts'
import { AUDIT_ROUND } from '../auditor/actions.ts'
import { markedAt } from '../marks/store.ts'
import { type Pulse, reasonsToBeSilent } from './decide.ts'

const BEAT_MS = 10_000
const COMMIT_MS_MAX = 3_000
const READ_MS_MAX = 5_000
const CALL_MS_MAX = 5_000
/** A mail server is not asked more often; so a broken one is known within the minute. */
const PROBE_MS = 30_000

/** How this node stood when it last looked at itself. */
export interface HeartbeatState {
  /** True when there is a watcher to tell. */
  hasWatcher: boolean
  /** What was seen; null before the first look. */
  pulse: Pulse | null
  /** Why the watcher is not told that all is well; empty: all is well. Null before the first look. */
  reasons: readonly string[] | null
  /** What became of the last call to the watcher; null when it heard us, or was not called. */
  callTrouble: string | null
}

/** Before the first look. */
export const UNSEEN: HeartbeatState = { hasWatcher: false, pulse: null, reasons: null, callTrouble: null }

export interface Heartbeat {
  state(): HeartbeatState
  /** One look, and one beat when all is well. */
  beat(): Promise<void>
  start(): void
  stop(): void
}

/**
 * The dead man's switch (invariants.md OPS-1): while all is well, a watcher elsewhere is called every ten seconds; it rings
 * when the calls stop. The watcher's address is the operator's and may hold a secret: it is never logged.
 */
export function createHeartbeat(parts: {
  url: string | null
  db: Database
  clock: Clock
  channels: { all(): Promise<readonly Channel[]> }
  engine: EngineHealth
  log: Log
}): Heartbeat {
  const { url, db, clock, channels, engine, log } = parts
  const call = url === null ? null : caller(url)
  let state: HeartbeatState = { ...UNSEEN, hasWatcher: url !== null }
  let probed: { at: number; broken: string[] } | null = null
  let timer: { stop(): void } | null = null

  const brokenChannels = async (): Promise<string[] | null> => {
    if (probed && elapsedMs() - probed.at < PROBE_MS) return probed.broken
    const ready = await channels.all()
    if (ready.length === 0) return null
    const reasons = await Promise.all(ready.map((channel) => channel.probe()))
    probed = { at: elapsedMs(), broken: reasons.filter((reason) => reason !== null) }
    return probed.broken
  }

  const look = async (): Promise<Pulse> => {
    const canCommit = await succeeds(COMMIT_MS_MAX, commitNow(db))
    const backlog = canCommit ? await orNull(READ_MS_MAX, readBacklog(db, clock)) : null
    return {
      canCommit,
      silentMs: engine.silentMs(),
      unreadSeconds: backlog?.unreadSeconds ?? null,
      lateSeconds: backlog?.lateSeconds ?? null,
      auditedSecondsAgo: backlog?.auditedSecondsAgo ?? null,
      brokenChannels: await brokenChannels(),
    }
  }

  const beat = async () => {
    const pulse = await look()
    const reasons = reasonsToBeSilent(pulse)
    const before = state.reasons?.join(' ') ?? ''
    if (reasons.join(' ') !== before) {
      if (reasons.length > 0) log.error({ reasons }, 'watch.heartbeat-withheld')
      else log.info({}, 'watch.heartbeat-beats')
    }
    const callTrouble = reasons.length === 0 && call ? await call() : null
    if (callTrouble !== null && callTrouble !== state.callTrouble)
      log.warn({ reason: callTrouble }, 'watch.heartbeat-not-heard')
    state = { hasWatcher: url !== null, pulse, reasons, callTrouble }
  }

  return {
    state: () => state,
    beat,
    // The first look comes after the stations' first turn, so that a start is not taken for trouble.
    start: () => {
      timer = every(BEAT_MS, beat)
    },
    stop: () => timer?.stop(),
  }
}

/** Calls the watcher; answers what went wrong, without its address. */
function caller(url: string): () => Promise<string | null> {
  // The operator chose the host: it may be private.
  const outbound = createOutbound({ allow: [new URL(url).hostname.replace(/^\[(.+)\]$/, '$1')] })
  return async () => {
    try {
      const answer = await outbound({ method: 'GET', url, timeoutMs: CALL_MS_MAX, bytesMax: 64 * 1_024 })
      return answer.status < 300 ? null : `The watcher answered ${answer.status}.`
    } catch (cause) {
      return cause instanceof Error ? cause.message : 'The watcher could not be called.'
    }
  }
}

async function readBacklog(db: Database, clock: Clock) {
  const now = await clock.now()
  const facts = await readWatchFacts(db, now)
  const at = await markedAt(db, AUDIT_ROUND)
  return { ...facts, auditedSecondsAgo: at === null ? null : (now.getTime() - at.getTime()) / 1_000 }
}

async function succeeds(ms: number, work: Promise<unknown>): Promise<boolean> {
  return within(ms, 'too late', work).then(
    () => true,
    () => false,
  )
}

async function orNull<T>(ms: number, work: Promise<T>): Promise<T | null> {
  return within(ms, 'too late', work).catch(() => null)
}
