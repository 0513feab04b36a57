import { sql } from 'kysely'
import type { Database, Tx } from '../database/connection.ts'
import type { PolicySnapshot, StoredLayer, StoredLevel } from '../database/tables.ts'
import type { Use } from './schema.ts'

/** More uses than anybody reads are not listed. */
const USES_MAX = 200

type Kind = 'userIds' | 'scheduleIds'
const naming = (kind: Kind, id: number) => JSON.stringify([{ [kind]: [id] }])

/** The policies whose levels ask a person or a schedule, locked when a transaction changes them. */
export async function policiesNaming(
  db: Database | Tx,
  kind: Kind,
  id: number,
  options: { lock: boolean },
): Promise<{ id: number; name: string; levels: StoredLevel[] }[]> {
  const query = db
    .selectFrom('escalation_policy')
    .select(['id', 'name', 'levels'])
    .where(sql<boolean>`levels @> ${naming(kind, id)}::jsonb`)
    .orderBy('id')
  return options.lock ? query.forUpdate().execute() : query.limit(USES_MAX).execute()
}

/** Ids of the schedules that count on a person now or later. */
export async function schedulesNaming(
  db: Database | Tx,
  personId: number,
  now: Date,
): Promise<{ id: number; name: string }[]> {
  const { rows } = await sql<{ id: number; name: string }>`
    select schedule.id, schedule.name
      from schedule
     where schedule.deleted_at is null
       and (exists (select 1 from schedule_shift where schedule_id = schedule.id and person_id = ${personId} and ends_at > ${now})
         or exists (select 1 from schedule_override where schedule_id = schedule.id and person_id = ${personId} and ends_at > ${now})
         or exists (
              select 1
                from (select layers, lead(valid_from) over (order by valid_from nulls first) as ends_at
                        from schedule_edition where schedule_id = schedule.id) as edition
               where (edition.ends_at is null or edition.ends_at > ${now})
                 and edition.layers @> ${JSON.stringify([{ userIds: [personId] }])}::jsonb))
     order by schedule.id
     limit 1000
  `.execute(db)
  return rows
}

/** True when a person was chosen as the last resort. */
export async function isLastResort(db: Database | Tx, personId: number): Promise<boolean> {
  const row = await db
    .selectFrom('last_resort_person')
    .select('person_id')
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return row !== undefined
}

/** Another person is the last resort instead, or nobody. */
export async function replaceLastResort(tx: Tx, from: number, to: number | null): Promise<void> {
  await tx.deleteFrom('last_resort_person').where('person_id', '=', from).execute()
  if (to === null) return
  await tx
    .insertInto('last_resort_person')
    .values({ person_id: to })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** What pages by a policy: alert sources, and alerts that are not resolved. */
export async function usesOfPolicy(db: Database | Tx, policyId: number): Promise<Use[]> {
  const sources = await db
    .selectFrom('alert_source')
    .select(['id', 'name'])
    .where('escalation_policy_id', '=', policyId)
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .limit(USES_MAX)
    .execute()
  const alerts = await db
    .selectFrom('alert')
    .select(['id', 'summary'])
    .where('escalation_policy_id', '=', policyId)
    .where('status', '<>', 'RESOLVED')
    .orderBy('id')
    .limit(USES_MAX)
    .execute()
  return [
    ...sources.map(({ id, name }): Use => ({ kind: 'alert-source', id, name })),
    ...alerts.map(({ id, summary }): Use => ({ kind: 'open-alert', id, name: summary })),
  ]
}

/** Alert sources and alerts of a policy belong to another from now on. Returns the open alerts among them. */
export async function moveToPolicy(
  tx: Tx,
  from: number,
  to: number,
  now: Date,
): Promise<{ alertSourceId: number; alertId: number }[]> {
  await tx
    .updateTable('alert_source')
    .set({ escalation_policy_id: to, updated_at: now })
    .where('escalation_policy_id', '=', from)
    .execute()
  const moved = await tx
    .updateTable('alert')
    .set({ escalation_policy_id: to })
    .where('escalation_policy_id', '=', from)
    .returning(['alert_source_id', 'id', 'status'])
    .execute()
  return moved
    .filter(({ status }) => status !== 'RESOLVED')
    .map((alert) => ({ alertSourceId: alert.alert_source_id, alertId: alert.id }))
}

export interface OpenClimb {
  alertSourceId: number
  alertId: number
  policy: PolicySnapshot
  startedAt: Date
  /** Which climb of the alert it is, from 1. */
  number: number
}

/** Climbs of open alerts whose own copy of the levels names a person or a schedule, locked. */
export async function climbsNaming(tx: Tx, kind: Kind, id: number): Promise<OpenClimb[]> {
  return tx
    .selectFrom('escalation')
    .innerJoin('alert', (join) =>
      join
        .onRef('alert.id', '=', 'escalation.alert_id')
        .onRef('alert.alert_source_id', '=', 'escalation.alert_source_id'),
    )
    .select((eb) => [
      eb.ref('escalation.alert_source_id').as('alertSourceId'),
      eb.ref('escalation.alert_id').as('alertId'),
      'escalation.policy',
      eb.ref('escalation.started_at').as('startedAt'),
      eb.ref('escalation.climb').as('number'),
    ])
    .where('alert.status', '<>', 'RESOLVED')
    .where(sql<boolean>`escalation.policy -> 'levels' @> ${naming(kind, id)}::jsonb`)
    .orderBy('escalation.alert_id')
    .forUpdate('escalation')
    .execute()
}

/** A climb goes on by another policy, from where it stands. */
export async function saveClimbPolicy(
  tx: Tx,
  climb: Pick<OpenClimb, 'alertSourceId' | 'alertId'>,
  policy: PolicySnapshot,
): Promise<void> {
  await tx
    .updateTable('escalation')
    .set({ policy: JSON.stringify(policy) })
    .where('alert_source_id', '=', climb.alertSourceId)
    .where('alert_id', '=', climb.alertId)
    .execute()
}

/** The layers of a schedule and since when they hold, oldest first. */
export async function editionsOf(
  tx: Tx,
  scheduleId: number,
): Promise<{ id: number; from: Date | null; layers: StoredLayer[] }[]> {
  const rows = await tx
    .selectFrom('schedule_edition')
    .select(['id', 'valid_from', 'layers'])
    .where('schedule_id', '=', scheduleId)
    .orderBy(sql`valid_from nulls first`)
    .execute()
  return rows.map((row) => ({ id: row.id, from: row.valid_from, layers: row.layers }))
}

/** Writes layers into an edition that does not hold yet. */
export async function changeEdition(tx: Tx, id: number, layers: readonly StoredLayer[]): Promise<void> {
  await tx
    .updateTable('schedule_edition')
    .set({ layers: JSON.stringify(layers) })
    .where('id', '=', id)
    .execute()
}

/** Adds layers that hold from now until the next edition. */
export async function insertEdition(
  tx: Tx,
  scheduleId: number,
  layers: readonly StoredLayer[],
  now: Date,
): Promise<void> {
  await tx
    .insertInto('schedule_edition')
    .values({ schedule_id: scheduleId, valid_from: now, layers: JSON.stringify(layers), created_at: now })
    .execute()
}

/** Shifts of a kind of a person that are not over. */
export async function spansAhead(
  tx: Tx,
  table: 'schedule_shift' | 'schedule_override',
  place: { scheduleId: number; personId: number },
  now: Date,
): Promise<{ id: number; starts_at: Date; ends_at: Date }[]> {
  return tx
    .selectFrom(table)
    .select(['id', 'starts_at', 'ends_at'])
    .where('schedule_id', '=', place.scheduleId)
    .where('person_id', '=', place.personId)
    .where('ends_at', '>', now)
    .orderBy('id')
    .execute()
}

/** Gives a shift that has not begun to another person. */
export async function giveSpan(
  tx: Tx,
  table: 'schedule_shift' | 'schedule_override',
  id: number,
  personId: number,
): Promise<void> {
  await tx.updateTable(table).set({ person_id: personId }).where('id', '=', id).execute()
}

/** Requests that wait for an answer and name what is deleted are withdrawn. */
export async function withdrawRequests(
  tx: Tx,
  whose: { personId: number } | { scheduleId: number },
  now: Date,
): Promise<void> {
  await tx
    .updateTable('coverage_request')
    .set({ state: 'WITHDRAWN', answered_at: now })
    .where('state', '=', 'PENDING')
    .where((eb) =>
      'personId' in whose
        ? eb.or([eb('requester_id', '=', whose.personId), eb('asked_id', '=', whose.personId)])
        : eb('schedule_id', '=', whose.scheduleId),
    )
    .execute()
}
