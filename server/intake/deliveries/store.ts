import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { seesDelivery, type Viewer } from '../../access/sight.ts'
import { containsPattern, storable } from '../../alerts/search.ts'
import type { Database } from '../../database/connection.ts'
import type { Delivery, DeliveryDetails, DeliveryOutcome, DeliveryQuery } from '../schema.ts'

/** Text is looked for in so many of the newest deliveries: reading every body ever received would take minutes. */
const SEARCHED_MAX = 20_000

function deliveriesWithContext(db: Database) {
  return db
    .selectFrom('delivery')
    .innerJoin('alert_source', 'alert_source.id', 'delivery.alert_source_id')
    .leftJoin('alert', 'alert.id', 'delivery.alert_id')
    .select([
      'delivery.id',
      'delivery.received_at',
      'delivery.processed_at',
      'delivery.alert_source_id',
      'alert_source.name as source_name',
      'alert_source.integration_type',
      'delivery.answer_status',
      'delivery.outcome',
      'delivery.rule',
      'delivery.reason',
      'delivery.event',
      'delivery.alert_key',
      'delivery.alert_id',
      'alert.summary as alert_summary',
      'delivery.replay_of',
      'delivery.replayed_by',
      sql<number>`octet_length(delivery.body)`.as('bytes'),
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof deliveriesWithContext>['executeTakeFirstOrThrow']>>

/** What arrived, matches and this viewer sees, newest first. */
export async function findDeliveries(db: Database, viewer: Viewer, query: DeliveryQuery): Promise<Delivery[]> {
  const rows = await deliveriesWithContext(db)
    .where(matches(query))
    .where(seesDelivery(viewer))
    .orderBy('delivery.seq', 'desc')
    .offset(query['start-index'])
    .limit(query['max-results'])
    .execute()
  return rows.map(deliveryView)
}

/** One delivery with its headers and bytes, or null. */
export async function findDelivery(db: Database, id: string): Promise<DeliveryDetails | null> {
  const row = await deliveriesWithContext(db)
    .select(['delivery.headers', 'delivery.body'])
    .where('delivery.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const replays = await replaysOf(db, row.alert_source_id, id)
  return { ...deliveryView(row), headers: row.headers, body: shownBody(row.body), replays }
}

const REPLAYS_SHOWN = 20

async function replaysOf(db: Database, alertSourceId: number, id: string) {
  const rows = await db
    .selectFrom('delivery')
    .select(['id', 'received_at'])
    .where('alert_source_id', '=', alertSourceId)
    .where('replay_of', '=', id)
    .orderBy('seq', 'desc')
    .limit(REPLAYS_SHOWN)
    .execute()
  return rows.map((row) => ({ id: row.id, receivedAt: row.received_at.toISOString() }))
}

/** A verification's code confirms a webhook for whoever has it, so it is for the engine only. */
function shownBody(body: Buffer): string {
  return body.toString('utf8').replace(/((?:[?&]|\\u0026)code=)[\w-]+/g, '$1…')
}

function matches(query: DeliveryQuery): RawBuilder<SqlBool> {
  const conditions: RawBuilder<SqlBool>[] = [sql`true`]
  const source = query['alert-source']
  if (source !== undefined) conditions.push(sql`delivery.alert_source_id = ${source}::bigint`)
  if (query.alert !== undefined) conditions.push(sql`delivery.alert_id = ${query.alert}::bigint`)
  if (query.outcome !== undefined) conditions.push(sql`delivery.outcome = ${query.outcome}`)
  if (query.from !== undefined) conditions.push(sql`delivery.received_at >= ${new Date(query.from)}`)
  if (query.until !== undefined) conditions.push(sql`delivery.received_at < ${new Date(query.until)}`)
  const text = storable(query.query ?? '').trim()
  if (text !== '') {
    const others = sql.join([...conditions], sql` and `)
    conditions.push(
      sql`delivery.seq > coalesce((
        select delivery.seq from delivery where ${others}
         order by delivery.seq desc offset ${SEARCHED_MAX} limit 1), 0)`,
      says(text),
    )
  }
  return sql`${sql.join(conditions, sql` and `)}`
}

/** The bytes of a body need not be text, so both sides are compared in PostgreSQL's escaped form. */
function says(text: string): RawBuilder<SqlBool> {
  const pattern = containsPattern(text)
  return sql`(
    delivery.event ilike ${pattern} or delivery.alert_key ilike ${pattern} or delivery.reason ilike ${pattern}
    or strpos(lower(encode(delivery.body, 'escape')), lower(encode(convert_to(${text}, 'UTF8'), 'escape'))) > 0)`
}

function deliveryView(row: Row): Delivery {
  return {
    id: row.id,
    receivedAt: row.received_at.toISOString(),
    processedAt: row.processed_at?.toISOString() ?? null,
    alertSource: { id: row.alert_source_id, name: row.source_name, integrationType: row.integration_type },
    answerStatus: row.answer_status,
    outcome: row.outcome as DeliveryOutcome,
    rule: row.rule,
    reason: row.reason,
    event: row.event,
    alertKey: row.alert_key,
    alert:
      row.alert_id === null || row.alert_summary === null ? null : { id: row.alert_id, summary: row.alert_summary },
    bytes: row.bytes,
    replayOf: row.replay_of,
    replayedBy: row.replayed_by,
  }
}
