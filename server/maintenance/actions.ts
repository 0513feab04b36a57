import { type Actor, requireRight } from '../access/actor.ts'
import { everything } from '../access/sight.ts'
import { audit } from '../audit/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { requireStorable } from '../database/values.ts'
import { fieldProblem, Problem } from '../runtime/problem.ts'
import { addHours } from '../runtime/time.ts'
import { MAINTENANCE_DAYS_MAX, type MaintenanceWindowInput } from './schema.ts'
import {
  changeWindow,
  deleteWindowRow,
  holdSources,
  insertWindow,
  lockWindow,
  replaceWindowSources,
  sourcesOfWindows,
  type WindowValues,
} from './store.ts'

/** Plans or begins maintenance; returns the window's id. */
export async function addWindow(db: Database, actor: Actor, input: MaintenanceWindowInput, now: Date): Promise<number> {
  requireRight(actor, 'edit')
  const values = valuesOf(input)
  if (values.endsAt <= now) throw fieldProblem('end', 'It is over already: choose an end in the future.')
  return db.transaction().execute(async (tx) => {
    const sources = await sourceIdsOf(tx, input)
    const id = await insertWindow(tx, values, actor.kind === 'person' ? actor.personId : null, now)
    await replaceWindowSources(tx, id, sources)
    await tellChanged(tx, actor, 'created', id, sources, values, now)
    return id
  })
}

/** Replaces a window. What it dropped stays dropped; its end may be moved to now, which ends it. */
export async function replaceWindow(
  db: Database,
  actor: Actor,
  id: number,
  input: MaintenanceWindowInput,
  now: Date,
): Promise<void> {
  requireRight(actor, 'edit')
  const values = valuesOf(input)
  await db.transaction().execute(async (tx) => {
    await requireWindow(tx, id)
    const before = (await sourcesOfWindows(tx, everything, [id])).map((source) => source.id)
    const sources = await sourceIdsOf(tx, input)
    await changeWindow(tx, id, values, now)
    await replaceWindowSources(tx, id, sources)
    await tellChanged(tx, actor, 'changed', id, [...new Set([...before, ...sources])], values, now)
  })
}

/** Ends a window now; one that has not begun is refused, as it is deleted instead. */
export async function endWindow(db: Database, actor: Actor, id: number, now: Date): Promise<void> {
  requireRight(actor, 'edit')
  await db.transaction().execute(async (tx) => {
    const row = await requireWindow(tx, id)
    if (row.ends_at <= now) return
    if (row.starts_at >= now) throw new Problem('already-done', 'It has not begun: delete it instead.')
    const values = {
      summary: row.summary,
      description: row.description,
      timezone: row.timezone,
      startsAt: row.starts_at,
      endsAt: now,
    }
    await changeWindow(tx, id, values, now)
    const sources = (await sourcesOfWindows(tx, everything, [id])).map((source) => source.id)
    await tellChanged(tx, actor, 'ended', id, sources, values, now)
  })
}

/** Deletes a window; what it dropped stays dropped. */
export async function deleteWindow(db: Database, actor: Actor, id: number, now: Date): Promise<void> {
  requireRight(actor, 'edit')
  await db.transaction().execute(async (tx) => {
    const row = await requireWindow(tx, id)
    const sources = (await sourcesOfWindows(tx, everything, [id])).map((source) => source.id)
    await deleteWindowRow(tx, id)
    const line = { action: 'maintenance-window.deleted', objectType: 'maintenance-window', objectId: id }
    await audit(tx, actor, { ...line, details: { summary: row.summary } }, now)
    for (const source of sources) await tellLive(tx, { kind: 'alert-source', id: source })
    await tellLive(tx, { kind: 'maintenance' })
  })
}

function valuesOf(input: MaintenanceWindowInput): WindowValues {
  requireStorable({ summary: input.summary, description: input.description, timezone: input.timezone })
  const timezone = input.timezone || 'UTC'
  if (!isTimezone(timezone)) throw fieldProblem('timezone', `There is no time zone ${timezone}.`)
  const [startsAt, endsAt] = [new Date(input.start), new Date(input.end)]
  if (endsAt <= startsAt) throw fieldProblem('end', 'It must end after it begins.')
  if (endsAt > addHours(startsAt, MAINTENANCE_DAYS_MAX * 24)) {
    throw fieldProblem('end', `Maintenance lasts at most ${MAINTENANCE_DAYS_MAX} days.`)
  }
  return { summary: input.summary, description: input.description ?? '', timezone, startsAt, endsAt }
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch {
    return false
  }
}

async function sourceIdsOf(tx: Tx, input: MaintenanceWindowInput): Promise<number[]> {
  const ids = input.alertSources.map((source) => source.id)
  const known = await holdSources(tx, ids)
  const unknown = ids.findIndex((id) => !known.has(id))
  if (unknown >= 0) throw fieldProblem(`alertSources.${unknown}.id`, `There is no alert source ${ids[unknown]}.`)
  return [...new Set(ids)]
}

async function requireWindow(tx: Tx, id: number) {
  const row = await lockWindow(tx, id)
  if (!row) throw noSuchWindow(id)
  return row
}

/** The answer to a window that does not exist. */
export function noSuchWindow(id: number): Problem {
  return new Problem('not-found', `There is no maintenance window ${id}.`)
}

/** The window and each of its sources have a line in the audit log. */
async function tellChanged(
  tx: Tx,
  actor: Actor,
  verb: 'created' | 'changed' | 'ended',
  id: number,
  sources: readonly number[],
  values: WindowValues,
  now: Date,
): Promise<void> {
  const details = {
    summary: values.summary,
    start: values.startsAt.toISOString(),
    end: values.endsAt.toISOString(),
    alertSourceIds: sources,
  }
  await audit(
    tx,
    actor,
    { action: `maintenance-window.${verb}`, objectType: 'maintenance-window', objectId: id, details },
    now,
  )
  for (const source of sources) {
    const line = { action: `alert-source.maintenance-${verb}`, objectType: 'alert-source', objectId: source }
    await audit(tx, actor, { ...line, details: { maintenanceWindowId: id, ...details } }, now)
    await tellLive(tx, { kind: 'alert-source', id: source })
  }
  await tellLive(tx, { kind: 'maintenance' })
}
