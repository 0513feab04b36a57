import { type SourceRow, settingsOf, sourceById } from '../alert-sources/store.ts'
import { alertOfKey, alertOfRecord, lockAlert, lockAlertOfRecord } from '../alerts/store.ts'
import { raiseAlert } from '../alerts/verbs/anew.ts'
import type { Database, Tx } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import { contained } from '../database/savepoint.ts'
import { hastenEscalation } from '../escalation/actions.ts'
import { applyUntold } from '../intake/judge.ts'
import { readingSince } from '../intake/readings/store.ts'
import type { Integration, IntegrationSettings, Target } from '../integrations/contract.ts'
import { integrationByType } from '../integrations/index.ts'
import { tellPeople } from '../notifications/news.ts'
import { peopleAsked } from '../notifications/store.ts'
import type { Log } from '../runtime/log.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { addMinutes } from '../runtime/time.ts'
import { addTimeline } from '../timeline/store.ts'
import { addTrace } from '../trace/store.ts'
import { claimTarget, dueTargets, endTarget, planTarget, postponeTarget, type TargetTimerRow } from './store.ts'

export interface TargetContext {
  db: Database
  secrets: Secrets
  log: Log
}

const BATCH = 50
/** A warning that fails is tried again after this long. */
const TRY_AGAIN_MINUTES = 1
const MS_PER_MINUTE = 60_000
const EVER = new Date(0)

/** One pass: targets that come near raise or escalate the alerts of their records. Returns how many it moved. */
export async function warnOfTargets(context: TargetContext, now: Date): Promise<number> {
  let moved = 0
  for (const { alert_source_id: sourceId, alert_key_folded: folded } of await dueTargets(context.db, now, BATCH)) {
    await context.db.transaction().execute(async (tx) => {
      // The alert before its record's timer, as everybody locks them (ARCHITECTURE.md, Locks).
      await lockAlertOfRecord(tx, sourceId, folded)
      const row = await claimTarget(tx, sourceId, folded, now)
      if (!row) return
      moved++
      const failure = await contained(tx, () => warn(context, tx, row, now))
      if (failure === null) return
      context.log.error({ err: failure, alertSourceId: row.alert_source_id }, 'targets.failed')
      await postponeTarget(tx, row, addMinutes(now, TRY_AGAIN_MINUTES))
    })
  }
  return moved
}

async function warn(context: TargetContext, tx: Tx, row: TargetTimerRow, now: Date): Promise<void> {
  const source = await sourceById(tx, row.alert_source_id)
  const integration = source ? integrationByType(source.integration_type) : null
  const settings = source && integration ? settingsOf(source, integration, context.secrets) : null
  const reading = await readingSince(tx, row.alert_source_id, row.alert_key_folded, EVER)
  const target = reading && settings ? (integration?.targetOf?.(reading, settings) ?? null) : null
  const record = { alertSourceId: row.alert_source_id, folded: row.alert_key_folded, alertKey: row.alert_key }
  // The settings, or the target, may have changed since: then the timer was for nothing, or comes later.
  if (!source || !integration || !settings || !reading || !target) return planTarget(tx, record, null)
  if (target.warnAt > now) return planTarget(tx, record, target)
  await endTarget(tx, row, target.at)
  const text = textOf(target, now)
  const folded = row.alert_key_folded
  const alert = await alertOfKey(tx, source.id, folded, await alertOfRecord(tx, source.id, folded))
  if (!alert || alert.status === 'RESOLVED')
    return raise(context, tx, source, integration, settings, reading, text, now)
  const where = { alertSourceId: source.id, alertId: alert.id }
  await addTimeline(tx, { ...where, type: 'TargetNearLogEntry', text, filterTypes: ['ALERT_SOURCE_EVENTS'] }, now)
  await addTrace(
    tx,
    { ...where, station: 'targets', decision: target.action.toLowerCase(), reason: text, rule: 'target-near' },
    now,
  )
  const locked = await lockAlert(tx, alert.id)
  const isRaised = locked !== null && (await raiseAlert(tx, locked, { reason: text, rule: 'target-near' }, now))
  if (!isRaised && alert.status === 'PENDING' && target.action === 'ESCALATE') {
    await hastenEscalation(tx, where, text, now)
  }
  if (alert.status === 'ACCEPTED') await remind(tx, where, locked?.accepted_by ?? null, text, now)
  await tellLive(tx, { kind: 'alert', id: alert.id })
}

/** Nobody is asked about an accepted alert any more: whoever has it hears of the target. Accepted in the other system, it is those who were asked. */
async function remind(
  tx: Tx,
  where: { alertSourceId: number; alertId: number },
  acceptedBy: number | null,
  text: string,
  now: Date,
): Promise<void> {
  const people = acceptedBy === null ? await peopleAsked(tx, where.alertId) : [acceptedBy]
  const reason = acceptedBy === null ? 'They were asked about the alert.' : 'They accepted the alert.'
  const because = { reason, rule: 'target-near' }
  await tellPeople(tx, where, { text, people, isUrgent: acceptedBy !== null, because }, now)
}

/** No alert is open for the record: its target is a reason for one, unless the source's filters or its maintenance keep it out. */
async function raise(
  context: TargetContext,
  tx: Tx,
  source: SourceRow,
  integration: Integration,
  settings: IntegrationSettings,
  reading: Record<string, unknown>,
  text: string,
  now: Date,
): Promise<void> {
  const told = integration.eventOf?.(reading, settings)
  if (!told || told.type === 'RESOLVE') return
  const facts = { ...told.facts, summary: `${text} ${told.facts.summary ?? ''}`.trim(), priority: 'HIGH' as const }
  const alertKey = `${told.alertKey}:target`
  const event = { ...told, type: 'ALERT' as const, alertKey, text, facts, isCurrent: true as const }
  const refusal = integration.filterRefusal?.(reading, settings) ?? null
  const outcome =
    refusal !== null && refusal !== 'unknown'
      ? { kind: 'kept-out' as const, ...refusal }
      : await applyUntold(tx, source, integration, { event, changedAt: now, isDry: false, unlessKnown: false }, now)
  if (outcome.kind !== 'kept-out') return
  context.log.info({ alertSourceId: source.id, alertKey, rule: outcome.rule }, 'targets.kept-out')
}

function textOf(target: Target, now: Date): string {
  const minutes = Math.round((target.at.getTime() - now.getTime()) / MS_PER_MINUTE)
  return minutes > 0 ? `The ${target.name} is missed in ${minutes} min.` : `The ${target.name} is missed.`
}
