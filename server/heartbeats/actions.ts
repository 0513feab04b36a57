import { randomUUID } from 'node:crypto'
import { type Actor, requireRight } from '../access/actor.ts'
import { isKey, readPublicId } from '../alert-sources/keys/key.ts'
import { lockSource } from '../alert-sources/store.ts'
import { audit } from '../audit/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { requireStorable } from '../database/values.ts'
import { holdTeams, violates } from '../directory/store.ts'
import { addDeliveries } from '../intake/store.ts'
import type { Log } from '../runtime/log.ts'
import { fieldProblem, Problem } from '../runtime/problem.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { addSeconds, earlier } from '../runtime/time.ts'
import { lockMark, markedAt, setMark } from '../watch/marks/store.ts'
import { decidePing, graceAfter, silenceText } from './decide.ts'
import { HEARTBEAT_TYPE, type HeartbeatMonitorInput, type HeartbeatState } from './schema.ts'
import {
  changeMonitor,
  claimOverdue,
  deleteMonitorRow,
  extendAll,
  insertMonitor,
  lockMonitor,
  lockMonitorOfKey,
  type MonitorRow,
  type MonitorValues,
  nextOverdueAt,
  notePing,
  replaceMonitorTeams,
} from './store.ts'

/** Adds a monitor; returns its id, or null when the name is taken. */
export async function addMonitor(
  db: Database,
  secrets: Secrets,
  actor: Actor,
  input: HeartbeatMonitorInput,
  now: Date,
): Promise<number | null> {
  requireRight(actor, 'edit')
  const values = valuesOf(input)
  return db.transaction().execute(async (tx) => {
    await requireHeartbeatSource(tx, values.alertSourceId)
    const teams = await teamIdsOf(tx, input)
    const id = await insertMonitor(tx, values, secrets, now)
    if (id === null) return null
    await replaceMonitorTeams(tx, id, teams ?? [])
    await tellChanged(tx, actor, 'created', id, values, now)
    return id
  })
}

/** Replaces a monitor; its key and state stay, and a shorter interval counts from the last call. */
export async function replaceMonitor(
  db: Database,
  actor: Actor,
  id: number,
  input: HeartbeatMonitorInput,
  now: Date,
): Promise<void> {
  requireRight(actor, 'edit')
  const values = valuesOf(input)
  await db.transaction().execute(async (tx) => {
    const row = await requireMonitor(tx, id)
    await requireHeartbeatSource(tx, values.alertSourceId)
    if (row.state === 'OVERDUE' && row.alert_source_id !== values.alertSourceId) {
      throw fieldProblem(
        'alertSource.id',
        'It is overdue: its alert belongs to the source it has. Change it once it is well.',
      )
    }
    const teams = await teamIdsOf(tx, input)
    const dueAt = row.last_ping_at === null ? null : addSeconds(row.last_ping_at, values.intervalSeconds)
    await changeMonitor(tx, id, values, dueAt, now).catch((cause) => {
      throw violates(cause, 'heartbeat_monitor_name')
        ? new Problem('name-taken', `Another monitor is called ${values.name}.`)
        : cause
    })
    if (teams) await replaceMonitorTeams(tx, id, teams)
    await tellChanged(tx, actor, 'changed', id, values, now)
  })
}

/** Deletes a monitor; its address stops working, and an alert of its silence is resolved. */
export async function deleteMonitor(db: Database, actor: Actor, id: number, now: Date): Promise<void> {
  requireRight(actor, 'edit')
  await db.transaction().execute(async (tx) => {
    const row = await requireMonitor(tx, id)
    if (row.state === 'OVERDUE') await tellSource(tx, row, 'RESOLVE', now)
    await deleteMonitorRow(tx, id)
    const line = { action: 'heartbeat-monitor.deleted', objectType: 'heartbeat-monitor', objectId: id }
    await audit(tx, actor, { ...line, details: { name: row.name } }, now)
    await tellLive(tx, { kind: 'heartbeat' })
  })
}

/** Somebody calls with a monitor's key. True once the call is on disk; false when the key opens nothing. */
export async function ping(db: Database, key: string, now: Date): Promise<boolean> {
  const publicId = readPublicId(key)
  if (publicId === null) return false
  return db.transaction().execute(async (tx) => {
    const row = await lockMonitorOfKey(tx, publicId)
    if (!row || !isKey(key, row.key_hash)) return false
    await notePing(tx, row.id, now, addSeconds(now, row.interval_seconds))
    if (decidePing(row.state as HeartbeatState) === 'told') await tellSource(tx, row, 'RESOLVE', now)
    if (row.state !== 'HEALTHY') await tellLive(tx, { kind: 'heartbeat' })
    return true
  })
}

const LOOK_SECONDS = 20
const OVERDUE_MAX = 200
const LOOK_MARK = 'heartbeats'

/** One look at the monitors: who is silent for too long becomes an alert of its source. Returns how many. */
export async function lookForSilence({ db, log }: { db: Database; log: Log }, now: Date): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const lastLook = await lockMark(tx, LOOK_MARK)
    const grace = graceAfter(lastLook, now)
    if (grace > 0) {
      await extendAll(tx, grace)
      log.warn({ seconds: Math.round(grace / 1_000) }, 'heartbeats.nobody-could-call')
    }
    if (lastLook === null || now.getTime() - lastLook.getTime() >= (LOOK_SECONDS / 2) * 1_000) {
      await setMark(tx, LOOK_MARK, 0, now)
    }
    const overdue = await claimOverdue(tx, now, OVERDUE_MAX)
    for (const row of overdue) {
      await tellSource(tx, row, 'ALERT', now)
      log.warn({ monitorId: row.id }, 'heartbeats.overdue')
    }
    if (overdue.length > 0) await tellLive(tx, { kind: 'heartbeat' })
    return overdue.length
  })
}

/** When the monitors must be looked at again: when one is overdue, and often enough to know that we were there. */
export async function nextLookAt(db: Database): Promise<Date | null> {
  const dueAt = await nextOverdueAt(db)
  if (dueAt === null) return null
  const lastLook = await markedAt(db, LOOK_MARK)
  if (lastLook === null) return dueAt
  const lookAt = addSeconds(lastLook, LOOK_SECONDS)
  // What was due at the last look, and was left, waits for its source.
  return dueAt > lastLook ? earlier(dueAt, lookAt) : lookAt
}

/** Silence and its end reach the alerts by the way of every delivery. */
async function tellSource(tx: Tx, row: MonitorRow, type: 'ALERT' | 'RESOLVE', now: Date): Promise<void> {
  const last = row.last_ping_at ? ` Last call: ${row.last_ping_at.toISOString()}.` : ''
  const notice = {
    type,
    monitor: row.id,
    summary: type === 'ALERT' ? row.alert_summary : row.name,
    details: `**${row.name}** did not call for ${silenceText(row.interval_seconds)}.${last} Its next call resolves this alert.`,
  }
  await addDeliveries(
    tx,
    [
      {
        alertSourceId: row.alert_source_id,
        id: randomUUID(),
        answerStatus: 202,
        headers: {},
        body: Buffer.from(JSON.stringify(notice)),
      },
    ],
    now,
  )
}

function valuesOf(input: HeartbeatMonitorInput): MonitorValues {
  requireStorable({ name: input.name, alertSummary: input.alertSummary })
  return {
    name: input.name,
    alertSourceId: input.alertSource.id,
    intervalSeconds: input.intervalSec,
    alertSummary: input.alertSummary || `Heartbeat ${input.name} is overdue`,
  }
}

async function requireHeartbeatSource(tx: Tx, id: number): Promise<void> {
  const source = await lockSource(tx, id)
  if (!source) throw fieldProblem('alertSource.id', `There is no alert source ${id}.`)
  if (source.integration_type !== HEARTBEAT_TYPE) {
    throw fieldProblem(
      'alertSource.id',
      `${source.name} is of type ${source.integration_type}: choose one of type ${HEARTBEAT_TYPE}.`,
    )
  }
}

async function teamIdsOf(tx: Tx, input: HeartbeatMonitorInput): Promise<number[] | null> {
  if (!input.teams) return null
  const ids = input.teams.map((team) => team.id)
  const known = await holdTeams(tx, ids)
  const unknown = ids.findIndex((id) => !known.has(id))
  if (unknown >= 0) throw fieldProblem(`teams.${unknown}.id`, `There is no team ${ids[unknown]}.`)
  return [...new Set(ids)]
}

async function requireMonitor(tx: Tx, id: number): Promise<MonitorRow> {
  const row = await lockMonitor(tx, id)
  if (!row) throw noSuchMonitor(id)
  return row
}

/** The answer to a monitor that does not exist. */
export function noSuchMonitor(id: number): Problem {
  return new Problem('not-found', `There is no heartbeat monitor ${id}.`)
}

async function tellChanged(
  tx: Tx,
  actor: Actor,
  verb: 'created' | 'changed',
  id: number,
  values: MonitorValues,
  now: Date,
): Promise<void> {
  const details = { name: values.name, intervalSec: values.intervalSeconds, alertSourceId: values.alertSourceId }
  const line = { action: `heartbeat-monitor.${verb}`, objectType: 'heartbeat-monitor', objectId: id, details }
  await audit(tx, actor, line, now)
  await tellLive(tx, { kind: 'heartbeat' })
}
