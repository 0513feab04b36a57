import { sql } from 'kysely'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Database } from '../database/connection.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { addHours } from '../runtime/time.ts'

export interface Metrics {
  contentType: string
  text(): Promise<string>
  observeAnswer(route: string, method: string, status: number, seconds: number): void
}

interface Backlog {
  deliveries: number
  delivery_seconds: number
  steps_late_seconds: number
  pages: number
  open_alerts: number
  unattended: number
  healed: number
  write_backs: number
}

/** The process's own, however many products it runs: what watches it is never taken down. */
let ofTheProcess: Registry | null = null

function processMetrics(): Registry {
  if (ofTheProcess === null) {
    ofTheProcess = new Registry()
    collectDefaultMetrics({ register: ofTheProcess })
  }
  return ofTheProcess
}

/** Figures for Prometheus: answers, and how far the engine is behind. */
export function createMetrics(db: Database, clock: Clock, log: Log): Metrics {
  const registry = new Registry()
  const answers = new Histogram({
    name: 'tocsin_http_answer_seconds',
    help: 'Time from a request to its answer',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] })
  const gauges: Record<keyof Backlog, Gauge> = {
    deliveries: gauge('tocsin_deliveries_unread', 'Deliveries stored and not yet read'),
    delivery_seconds: gauge('tocsin_delivery_oldest_unread_seconds', 'Age of the oldest unread delivery that is due'),
    steps_late_seconds: gauge('tocsin_escalation_lateness_seconds', 'How late the most overdue escalation step is'),
    pages: gauge('tocsin_notifications_waiting', 'Messages that are due or on their way'),
    open_alerts: gauge('tocsin_alerts_open', 'Alerts that are not resolved'),
    healed: gauge('tocsin_reconciliation_differences', 'Changes of the last hour that only a comparison found'),
    write_backs: gauge('tocsin_write_backs_waiting', 'What was done here and other systems were not told yet'),
    unattended: gauge('tocsin_alerts_unattended', 'Open alerts that nobody answered although everybody was asked'),
  }
  processMetrics()
  return {
    contentType: registry.contentType,
    observeAnswer: (route, method, status, seconds) =>
      answers.observe({ route, method, status: String(status) }, seconds),
    text: async () => {
      try {
        const backlog = await readBacklog(db, await clock.now())
        for (const [name, value] of Object.entries(backlog)) gauges[name as keyof Backlog].set(Number(value))
      } catch (cause) {
        // The process's own figures are worth having while the database is away.
        log.warn({ reason: String(cause) }, 'http.metrics-without-database')
        for (const one of Object.values(gauges)) one.reset()
      }
      return Registry.merge([processMetrics(), registry]).metrics()
    },
  }
}

async function readBacklog(db: Database, now: Date): Promise<Backlog> {
  const { rows } = await sql<Backlog>`
    select (select count(*) from delivery where outcome = 'NEW') as deliveries,
           (select coalesce(extract(epoch from ${now}::timestamptz - min(due_at)), 0)::float8 from delivery
             where outcome = 'NEW' and due_at <= ${now}) as delivery_seconds,
           (select coalesce(extract(epoch from ${now}::timestamptz - min(due_at)), 0)::float8 from escalation
             where stopped_at is null and due_at <= ${now}) as steps_late_seconds,
           (select count(*) from notification where status in ('SCHEDULED', 'SENDING')) as pages,
           (select count(*) from alert where status <> 'RESOLVED') as open_alerts,
           (select count(*) from alert where status <> 'RESOLVED' and unattended_since is not null) as unattended,
           (select count(*) from healed_difference where at > ${addHours(now, -1)}) as healed,
           (select count(*) from write_back where state = 'PENDING') as write_backs
  `.execute(db)
  const [row] = rows
  if (!row) throw new Error('The figures could not be read.')
  return row
}
