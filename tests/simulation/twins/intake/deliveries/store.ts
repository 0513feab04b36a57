import type { Viewer } from '../../../../../server/access/sight.ts'
import { storable } from '../../../../../server/alerts/search.ts'
import type * as real from '../../../../../server/intake/deliveries/store.ts'
import type { DeliveryOutcome, DeliveryQuery } from '../../../../../server/intake/schema.ts'
import type { DeliveryRow } from '../../../../../server/intake/store.ts'
import { seesAlert, seesOwned } from '../../../memory/sight.ts'
import type { MemoryTables } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/intake/deliveries/store.ts'

const SEARCHED_MAX = 20_000
const REPLAYS_SHOWN = 20

export const findDeliveries = twin((tables, viewer: Viewer, query: DeliveryQuery) => {
  const newestFirst = [...tables.delivery.rows].sort((one, other) => other.seq - one.seq)
  const fitting = newestFirst.filter((row) => fits(row, query))
  const text = storable(query.query ?? '').trim()
  const found = text === '' ? fitting : fitting.slice(0, SEARCHED_MAX).filter((row) => says(row, text))
  const first = query['start-index']
  return found
    .filter((row) => sees(tables, viewer, row))
    .slice(first, first + query['max-results'])
    .map((row) => view(tables, row))
}) satisfies typeof real.findDeliveries

export const findDelivery = twin((tables, id: string) => {
  const row = [...tables.delivery.rows].find((one) => one.id === id)
  if (!row) return null
  const replays = [...tables.delivery.rows]
    .filter((one) => one.alert_source_id === row.alert_source_id && one.replay_of === id)
    .sort((one, other) => other.seq - one.seq)
    .slice(0, REPLAYS_SHOWN)
    .map((one) => ({ id: one.id, receivedAt: one.received_at.toISOString() }))
  const body = row.body.toString('utf8').replace(/((?:[?&]|\\u0026)code=)[\w-]+/g, '$1…')
  return { ...view(tables, row), headers: row.headers, body, replays }
}) satisfies typeof real.findDelivery

function fits(row: DeliveryRow, query: DeliveryQuery): boolean {
  const { alert, outcome, from, until, 'alert-source': source } = query
  if (source !== undefined && row.alert_source_id !== source) return false
  if (alert !== undefined && row.alert_id !== alert) return false
  if (outcome !== undefined && row.outcome !== outcome) return false
  if (from !== undefined && row.received_at < new Date(from)) return false
  return until === undefined || row.received_at < new Date(until)
}

function says(row: DeliveryRow, text: string): boolean {
  const contains = (column: string | null) => column?.toLowerCase().includes(text.toLowerCase()) ?? false
  if (contains(row.event) || contains(row.alert_key) || contains(row.reason)) return true
  return escaped(row.body).includes(escaped(Buffer.from(text)))
}

/** Bytes in PostgreSQL's escaped form, in lower case: what is not ASCII is told apart by case. */
function escaped(bytes: Buffer): string {
  return [...bytes]
    .map((byte) => {
      if (byte === 0 || byte > 127) return `\\${byte.toString(8).padStart(3, '0')}`
      return byte === 92 ? '\\\\' : String.fromCharCode(byte).toLowerCase()
    })
    .join('')
}

function sees(tables: MemoryTables, viewer: Viewer, row: DeliveryRow): boolean {
  if (viewer.sees === 'everything') return true
  if (seesOwned(tables, viewer, 'alert-source', row.alert_source_id)) return true
  const alert = row.alert_id === null ? null : tables.alert.get(row.alert_id)
  return alert !== null && seesAlert(tables, viewer, alert)
}

function view(tables: MemoryTables, row: DeliveryRow) {
  const source = tables.alert_source.get(row.alert_source_id)
  if (!source) throw new Error('a delivery has its source')
  const alert = row.alert_id === null ? null : tables.alert.get(row.alert_id)
  return {
    id: row.id,
    receivedAt: row.received_at.toISOString(),
    processedAt: row.processed_at?.toISOString() ?? null,
    alertSource: { id: source.id, name: source.name, integrationType: source.integration_type },
    answerStatus: row.answer_status,
    outcome: row.outcome as DeliveryOutcome,
    rule: row.rule,
    reason: row.reason,
    event: row.event,
    alertKey: row.alert_key,
    alert: alert ? { id: alert.id, summary: alert.summary } : null,
    bytes: row.body.length,
    replayOf: row.replay_of,
    replayedBy: row.replayed_by,
  }
}
