import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { seesAlert, type Viewer } from '../access/sight.ts'
import type { Database } from '../database/connection.ts'
import type { PolicySnapshot } from '../database/tables.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { AlertQuery, LogEntry, LogEntryFilterType } from './schema.ts'
import { containsPattern, storable } from './search.ts'
import type { AlertRow } from './store.ts'
import type { OtherAlert } from './verbs/store.ts'

/** An alert with what stands around it: its source, its policy and its climb. */
export interface AlertWithContext extends Omit<AlertRow, 'custom_details'> {
  source_name: string
  integration_type: string
  policy_name: string
  /** Null when it never climbed: it was born accepted or resolved. */
  climb_policy: PolicySnapshot | null
  climb_level_index: number | null
  climb_round: number | null
  climb_due_at: Date | null
  climb_stopped_at: Date | null
  climb_reason: string | null
  climb_number: number | null
  climb_left_out: number[] | null
  /** How many are merged into it. */
  merged_count: number
}

function alertsWithContext(db: Database) {
  return db
    .selectFrom('alert')
    .innerJoin('alert_source', 'alert_source.id', 'alert.alert_source_id')
    .innerJoin('escalation_policy', 'escalation_policy.id', 'alert.escalation_policy_id')
    .leftJoin('escalation', (join) =>
      join
        .onRef('escalation.alert_source_id', '=', 'alert.alert_source_id')
        .onRef('escalation.alert_id', '=', 'alert.id'),
    )
    .select([
      'alert.alert_source_id',
      'alert.id',
      'alert.alert_key',
      'alert.alert_key_folded',
      'alert.summary',
      'alert.details',
      'alert.status',
      'alert.priority',
      'alert.severity',
      'alert.escalation_policy_id',
      'alert.report_time',
      'alert.accepted_at',
      'alert.accepted_by',
      'alert.resolved_at',
      'alert.resolved_by',
      'alert.auto_resolve_at',
      'alert.unattended_since',
      'alert.raise_at',
      'alert.return_at',
      'alert.links',
      'alert.images',
      'alert.labels',
      'alert.event_count',
      'alert.previous_alert_id',
      'alert.assigned_to',
      'alert.created_by',
      'alert.merged_into_id',
      'alert_source.name as source_name',
      'alert_source.integration_type',
      'escalation_policy.name as policy_name',
      'escalation.policy as climb_policy',
      'escalation.level_index as climb_level_index',
      'escalation.round as climb_round',
      'escalation.due_at as climb_due_at',
      'escalation.stopped_at as climb_stopped_at',
      'escalation.reason as climb_reason',
      'escalation.climb as climb_number',
      'escalation.left_out as climb_left_out',
      sql<number>`(select count(*) from alert as merged where merged.merged_into_id = alert.id)`.as('merged_count'),
    ])
}

/** The alerts that match and this viewer sees, newest first; from a cursor on, or from the start index. */
export async function findAlerts(db: Database, viewer: Viewer, query: AlertQuery): Promise<AlertWithContext[]> {
  const from = query.cursor === undefined ? null : readCursor(query.cursor)
  return alertsWithContext(db)
    .where(matches(query))
    .where(seesAlert(viewer))
    .where(from === null ? sql<boolean>`true` : sql<boolean>`(alert.report_time, alert.id) < (${from.at}, ${from.id})`)
    .orderBy('alert.report_time', 'desc')
    .orderBy('alert.id', 'desc')
    .offset(from === null ? query['start-index'] : 0)
    .limit(query['max-results'])
    .execute()
}

/** Where the next page begins; null when this one was the last. */
export function cursorAfter(rows: readonly AlertWithContext[], query: AlertQuery): string | null {
  const last = rows.at(-1)
  return last && rows.length === query['max-results'] ? writeCursor(last.report_time, last.id) : null
}

/** How many alerts match and this viewer sees. */
export async function countAlerts(db: Database, viewer: Viewer, query: AlertQuery): Promise<number> {
  const row = await db
    .selectFrom('alert')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(matches(query))
    .where(seesAlert(viewer))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** One alert, or null. */
export async function findAlert(db: Database, id: number): Promise<AlertWithContext | null> {
  return (await alertsWithContext(db).where('alert.id', '=', id).executeTakeFirst()) ?? null
}

/** True when there is such an alert. */
export async function alertExists(db: Database, id: number): Promise<boolean> {
  return (await db.selectFrom('alert').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
}

/** The payload that opened an alert; null when it came without one. */
export async function customDetailsOf(db: Database, id: number): Promise<unknown> {
  const row = await db.selectFrom('alert').select('custom_details').where('id', '=', id).executeTakeFirst()
  return row?.custom_details ?? null
}

function matches(query: AlertQuery): RawBuilder<SqlBool> {
  const states = either(query.state, query.states)
  const sources = either(query['alert-source'], query.sources)
  const people = either(query['assigned-to'], query.responders)?.map(storable)
  const conditions: RawBuilder<SqlBool>[] = [sql`true`]
  if (states) {
    conditions.push(sql`alert.status = any(${states})`)
    // Said again as a literal, so that the index of open alerts answers.
    if (!states.includes('RESOLVED')) conditions.push(sql`alert.status <> 'RESOLVED'`)
  }
  if (sources) conditions.push(sql`alert.alert_source_id = any(${sources}::bigint[])`)
  if (query.priority) conditions.push(sql`alert.priority = ${query.priority}`)
  if (query.unattended !== undefined)
    conditions.push(
      sql`(alert.unattended_since is not null and alert.status = 'PENDING') = ${query.unattended === 'true'}`,
    )
  if (query.merged !== undefined) conditions.push(sql`(alert.merged_into_id is not null) = ${query.merged === 'true'}`)
  if (query.teams?.length) conditions.push(belongsTo(query.teams))
  if (query.policies?.length) conditions.push(sql`alert.escalation_policy_id = any(${query.policies}::bigint[])`)
  if (people) conditions.push(sql`(${concerns(people)})`)
  if (query.from) conditions.push(sql`alert.report_time >= ${new Date(query.from)}`)
  if (query.until) conditions.push(sql`alert.report_time < ${new Date(query.until)}`)
  const text = query.query?.trim()
  if (text) {
    const pattern = containsPattern(text)
    conditions.push(
      sql`(alert.summary ilike ${pattern} or alert.alert_key ilike ${pattern} or alert.details ilike ${pattern})`,
    )
  }
  return sql`${sql.join(conditions, sql` and `)}`
}

/** Alerts whose source or policy one of these teams owns. */
function belongsTo(teams: readonly number[]): RawBuilder<SqlBool> {
  return sql`(alert.alert_source_id in (select alert_source_id from alert_source_team where team_id = any(${teams}::bigint[]))
    or alert.escalation_policy_id in (select escalation_policy_id from escalation_policy_team where team_id = any(${teams}::bigint[])))`
}

/** Alerts that one of these people, by id or username, was asked about or accepted. */
function concerns(people: readonly string[]): RawBuilder<SqlBool> {
  const usernames = people.map((name) => name.toLowerCase())
  return sql`exists (
    select 1 from person
     where (person.id::text = any(${people}) or lower(person.email) = any(${usernames}))
       and (person.id = alert.accepted_by or exists (
         select 1 from notification
          where notification.alert_id = alert.id and notification.person_id = person.id and notification.kind <> 'UPDATE')
        or exists (
         select 1 from alert_responder
          where alert_responder.alert_id = alert.id and alert_responder.person_id = person.id
            and alert_responder.removed_at is null)))`
}

function either<T>(one: readonly T[] | undefined, other: readonly T[] | undefined): T[] | null {
  const all = [...(one ?? []), ...(other ?? [])]
  return all.length === 0 ? null : all
}

/** A page of an alert's story, oldest first. */
export async function findTimeline(
  db: Database,
  alertId: number,
  page: { offset: number; limit: number; filterTypes: readonly LogEntryFilterType[] },
): Promise<LogEntry[]> {
  let lines = db.selectFrom('timeline_entry').selectAll().where('alert_id', '=', alertId)
  if (page.filterTypes.length > 0) lines = lines.where(sql<SqlBool>`filter_types && ${page.filterTypes}::text[]`)
  const rows = await lines.orderBy('id').offset(page.offset).limit(page.limit).execute()
  return rows.map((row) => ({
    id: row.id,
    timestamp: row.at.toISOString(),
    logEntryType: row.type,
    text: row.text,
    alertId: row.alert_id,
    filterTypes: row.filter_types as LogEntryFilterType[],
    vars: row.vars,
  }))
}

const SIMILAR_LOOKED_AT_MAX = 2_000
const SIMILAR_MAX = 10

/** Earlier and other alerts of the same source that have its key, or its summary but for numbers; newest first. */
export async function similarAlerts(db: Database, viewer: Viewer, id: number): Promise<OtherAlert[]> {
  const { rows } = await sql<OtherAlert>`
    with this as (select * from alert where id = ${id}),
         recent as (
           select alert.id, alert.summary, alert.status, alert.priority, alert.report_time, alert.alert_key_folded
             from alert join this on this.alert_source_id = alert.alert_source_id
            where ${seesAlert(viewer)}
            order by alert.report_time desc, alert.id desc
            limit ${SIMILAR_LOOKED_AT_MAX})
    select recent.id, recent.summary, recent.status, recent.priority, recent.report_time
      from recent, this
     where recent.id <> this.id
       and (recent.alert_key_folded = this.alert_key_folded
            or regexp_replace(recent.summary, '[0-9]+', '#', 'g') = regexp_replace(this.summary, '[0-9]+', '#', 'g'))
     order by recent.report_time desc, recent.id desc
     limit ${SIMILAR_MAX}`.execute(db)
  return rows
}
