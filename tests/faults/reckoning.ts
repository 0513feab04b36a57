import type * as z from 'zod'
import type { Alert } from '../../server/alerts/schema.ts'
import type { Delivery } from '../../server/intake/schema.ts'
import type { JsonClient } from '../support/json-client.ts'
import { nameIn, SLOWNESS } from './incident.ts'
import type { Ledger } from './ledger.ts'
import { until } from './until.ts'

/** Where the product and the outside ledger disagree; every list is empty when the promise was kept. */
export interface Reckoning {
  /** Acknowledged, and not in the delivery log, not processed, or without an alert. */
  lost: string[]
  /** Incidents with more than one alert. */
  doubled: string[]
  /** Alerts that no delivery asked for, or in another state than the deliveries say. */
  wrong: string[]
  /** Milliseconds from the arrival of a delivery until it was read. */
  worstReadingMs: number
}

const PAGE = 100
const READ_MS_MAX = 60_000

type AlertView = z.infer<typeof Alert>

/** Waits until everything that arrived was processed, and compares. */
export async function reckon(api: JsonClient, ledger: Ledger): Promise<Reckoning> {
  await until('every delivery is processed', READ_MS_MAX, async () => {
    return (await api.get<Delivery[]>('/api/deliveries?outcome=NEW')).length === 0
  })
  const deliveries = new Map((await readAll<Delivery>(api, '/api/deliveries')).map((one) => [one.id, one]))
  const alerts = Map.groupBy(await readAll<AlertView>(api, '/api/alerts'), (alert) => nameIn(alert.summary))
  alerts.delete(SLOWNESS)
  return {
    lost: [...lostDeliveries(ledger, deliveries), ...[...ledger.wanted.keys()].filter((name) => !alerts.has(name))],
    doubled: [...alerts].flatMap(([name, all]) => (all.length > 1 ? [`${name}: ${all.length} alerts`] : [])),
    wrong: [...alerts].flatMap(([name, all]) => mismatch(name, ledger.wanted.get(name), all)),
    worstReadingMs: Math.max(0, ...[...deliveries.values()].map(readingMs)),
  }
}

function lostDeliveries(ledger: Ledger, deliveries: Map<string, Delivery>): string[] {
  return ledger.promised.flatMap(({ incident, receipt }) => {
    if (receipt === null) return []
    const delivery = deliveries.get(receipt)
    if (!delivery) return [`${incident}: no delivery ${receipt}`]
    if (delivery.outcome === 'QUARANTINED') return [`${incident}: ${receipt} was set aside: ${delivery.reason}`]
    const isElsewhere = delivery.alert !== null && nameIn(delivery.alert.summary) !== incident
    return isElsewhere ? [`${incident}: ${receipt} belongs to ${delivery.alert?.summary}`] : []
  })
}

function readingMs({ receivedAt, processedAt }: Delivery): number {
  return processedAt === null ? 0 : new Date(processedAt).getTime() - new Date(receivedAt).getTime()
}

function mismatch(name: string, wanted: string | undefined, alerts: AlertView[]): string[] {
  return alerts.flatMap(({ status }) => (status === wanted ? [] : [`${name} is ${status}, not ${wanted}`]))
}

/** Reads a list of the API to its end, page by page. */
export async function readAll<T>(api: JsonClient, path: string): Promise<T[]> {
  const all: T[] = []
  for (;;) {
    const page = await api.get<T[]>(`${path}?start-index=${all.length}&max-results=${PAGE}`)
    all.push(...page)
    if (page.length < PAGE) return all
  }
}
