import { type Actor, requireRight } from '../../access/actor.ts'
import { audit } from '../../audit/store.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { tellLive, wakeEngine } from '../../database/notify.ts'
import { requireStorable } from '../../database/values.ts'
import { someOf } from '../../directory/actions.ts'
import { holdTeams } from '../../directory/store.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { DAYS } from '../layers/decide.ts'
import { refusalsOf } from './decide.ts'
import type { SupportHoursInput } from './schema.ts'
import {
  changeSupportHours,
  deleteSupportHoursRow,
  insertSupportHours,
  lockSupportHours,
  replaceSupportHoursTeams,
  type SupportHoursValues,
  sourcesOfSupportHours,
} from './store.ts'

/** Adds support hours; returns their id. */
export async function addSupportHours(
  db: Database,
  actor: Actor,
  input: SupportHoursInput,
  now: Date,
): Promise<number> {
  requireRight(actor, 'edit')
  const values = valuesOf(input)
  return db.transaction().execute(async (tx) => {
    const id = await insertSupportHours(tx, values, now)
    await replaceSupportHoursTeams(tx, id, await teamIdsOf(tx, input.teams ?? []))
    await tell(tx, actor, 'created', id, { name: input.name }, now)
    return id
  })
}

/** Replaces support hours. Alerts that wait for their beginning are raised at the new one. */
export async function replaceSupportHours(
  db: Database,
  actor: Actor,
  id: number,
  input: SupportHoursInput,
  now: Date,
): Promise<void> {
  requireRight(actor, 'edit')
  const values = valuesOf(input)
  await db.transaction().execute(async (tx) => {
    if (!(await lockSupportHours(tx, id))) throw noSuchSupportHours()
    await changeSupportHours(tx, id, values, now)
    if (input.teams) await replaceSupportHoursTeams(tx, id, await teamIdsOf(tx, input.teams))
    await lookAgain(tx, id, now)
    await tell(tx, actor, 'changed', id, { name: input.name }, now)
  })
}

/** Deletes support hours that no alert source follows. */
export async function deleteSupportHours(db: Database, actor: Actor, id: number, now: Date): Promise<void> {
  requireRight(actor, 'edit')
  await db.transaction().execute(async (tx) => {
    const row = await lockSupportHours(tx, id)
    if (!row) throw noSuchSupportHours()
    const sources = (await sourcesOfSupportHours(tx, [id])).map(({ name }) => name)
    if (sources.length > 0) {
      const who = sources.length === 1 ? 'The alert source' : 'The alert sources'
      const verb = sources.length === 1 ? 'follows' : 'follow'
      throw new Problem('in-use', `${who} ${someOf(sources)} ${verb} ${row.name}. Choose other hours there first.`)
    }
    await deleteSupportHoursRow(tx, id)
    await tell(tx, actor, 'deleted', id, { name: row.name }, now)
  })
}

/** The answer to support hours that do not exist. */
export function noSuchSupportHours(): Problem {
  return new Problem('not-found', 'There are no such support hours.')
}

/** Hours as they are stored; throws what is wrong with them, by field. */
export function valuesOf(input: SupportHoursInput): SupportHoursValues {
  requireStorable({ name: input.name })
  const exceptions = input.exceptions ?? []
  const refusals = refusalsOf({ timezone: input.timezone, days: input.supportDays, exceptions })
  if (refusals.length > 0) {
    const detail = refusals.map(({ field, message }) => `${field}: ${message}`).join(' ')
    throw new Problem('invalid-input', detail, { errors: refusals })
  }
  const days = Object.fromEntries(DAYS.map((day) => [day, input.supportDays[day] ?? null]))
  return { name: input.name, timezone: input.timezone, days, exceptions }
}

/** Whoever waits for the edge is looked at now: the station reckons anew when it is due. */
async function lookAgain(tx: Tx, id: number, now: Date): Promise<void> {
  await tx
    .updateTable('alert')
    .set({ raise_at: now })
    .where('raise_at', 'is not', null)
    .where('status', '=', 'PENDING')
    .where((eb) =>
      eb('alert_source_id', 'in', eb.selectFrom('alert_source').select('id').where('support_hours_id', '=', id)),
    )
    .execute()
  await wakeEngine(tx)
}

async function teamIdsOf(tx: Tx, references: readonly { id: number }[]): Promise<number[]> {
  const ids = references.map((team) => team.id)
  const teams = await holdTeams(tx, ids)
  const unknown = ids.findIndex((id) => !teams.has(id))
  if (unknown >= 0) throw fieldProblem(`teams.${unknown}.id`, `There is no team ${ids[unknown]}.`)
  return [...new Set(ids)]
}

async function tell(
  tx: Tx,
  actor: Actor,
  verb: string,
  id: number,
  details: Record<string, unknown>,
  now: Date,
): Promise<void> {
  await audit(tx, actor, { action: `support-hours.${verb}`, objectType: 'support-hours', objectId: id, details }, now)
  await tellLive(tx, { kind: 'status' })
}
