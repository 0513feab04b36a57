import { rulesOf, settingsOf, sourceById } from '../alert-sources/store.ts'
import { applyEvent } from '../alerts/events.ts'
import { alertOfKey, changeAlert } from '../alerts/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { contained } from '../database/savepoint.ts'
import { hastenEscalation } from '../escalation/actions.ts'
import { alertOfRecord } from '../intake/lookups/store.ts'
import { readingSince } from '../intake/readings/store.ts'
import type { Integration, IntegrationSettings, Target } from '../integrations/contract.ts'
import { integrationByType } from '../integrations/index.ts'
import type { Log } from '../runtime/log.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { addTimeline } from '../timeline/store.ts'
import { addTrace } from '../trace/store.ts'
import { claimTargets, endTarget, planTarget, type TargetTimerRow } from './store.ts'

export interface TargetContext {
  db: Database
  secrets: Secrets
  log: Log
}

const BATCH = 50
const MS_PER_MINUTE = 60_000
const EVER = new Date(0)

/** One pass: targets that come near raise or escalate the alerts of their records. Returns how many it moved. */
export async function warnOfTargets(context: TargetContext, now: Date): Promise<number> {
  return context.db.transaction().execute(async (tx) => {
    const due = await claimTargets(tx, now, BATCH)
    for (const row of due) {
      const failure = await contained(tx, () => warn(context, tx, row, now))
      if (failure !== null) context.log.error({ err: failure, alertSourceId: row.alert_source_id }, 'targets.failed')
      await endTarget(tx, row)
    }
    return due.length
  })
}

async function warn(context: TargetContext, tx: Tx, row: TargetTimerRow, now: Date): Promise<void> {
  const source = await sourceById(tx, row.alert_source_id)
  const integration = source ? integrationByType(source.integration_type) : null
  const settings = source && integration ? settingsOf(source, integration, context.secrets) : null
  if (!source?.active || !integration?.targetOf || !settings) return
  const reading = await readingSince(tx, source.id, row.alert_key_folded, EVER)
  const target = reading ? integration.targetOf(reading, settings) : null
  // The settings, or the target, may have changed since: then the timer was for nothing.
  if (!reading || !target) return
  if (target.warnAt > now) {
    await planTarget(tx, { alertSourceId: source.id, folded: row.alert_key_folded, alertKey: row.alert_key }, target)
    return
  }
  const text = textOf(target, now)
  const rules = rulesOf(source, integration)
  const alert = await alertOfKey(
    tx,
    source.id,
    row.alert_key_folded,
    await alertOfRecord(tx, source.id, row.alert_key_folded),
  )
  if (!alert || alert.status === 'RESOLVED') return raise(tx, rules, integration, settings, reading, text, now)
  const where = { alertSourceId: source.id, alertId: alert.id }
  await addTimeline(tx, { ...where, type: 'TargetNearLogEntry', text, filterTypes: ['ALERT_SOURCE_EVENTS'] }, now)
  await addTrace(
    tx,
    { ...where, station: 'targets', decision: target.action.toLowerCase(), reason: text, rule: 'target-near' },
    now,
  )
  await changeAlert(tx, alert.id, { priority: 'HIGH' })
  if (alert.status === 'PENDING' && target.action === 'ESCALATE') await hastenEscalation(tx, where, text, now)
  await tellLive(tx, { kind: 'alert', id: alert.id })
}

/** No alert is open for the record: its target is a reason for one. */
async function raise(
  tx: Tx,
  rules: ReturnType<typeof rulesOf>,
  integration: Integration,
  settings: IntegrationSettings,
  reading: Record<string, unknown>,
  text: string,
  now: Date,
): Promise<void> {
  const event = integration.eventOf?.(reading, settings)
  if (!event || event.type === 'RESOLVE') return
  const facts = { ...event.facts, summary: `${text} ${event.facts.summary ?? ''}`.trim(), priority: 'HIGH' as const }
  const key = `${event.alertKey}:target`
  await applyEvent(tx, rules, { ...event, type: 'ALERT', alertKey: key, text, facts, isCurrent: true }, null, now)
}

function textOf(target: Target, now: Date): string {
  const minutes = Math.round((target.at.getTime() - now.getTime()) / MS_PER_MINUTE)
  return minutes > 0 ? `The ${target.name} is missed in ${minutes} min.` : `The ${target.name} is missed.`
}
