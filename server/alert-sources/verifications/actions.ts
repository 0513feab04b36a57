import type { Database, Tx } from '../../database/connection.ts'
import { tellLive, wakeEngine } from '../../database/notify.ts'
import type { Integration, IntegrationSettings, Outbound } from '../../integrations/contract.ts'
import { integrationByType } from '../../integrations/index.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import { OutboundError } from '../../runtime/outbound.ts'
import type { Secrets } from '../../runtime/secrets.ts'
import { addSeconds } from '../../runtime/time.ts'
import { type SourceRow, settingsOf, sourceById } from '../store.ts'
import {
  type CallResult,
  decideAfterCall,
  decideVerification,
  nextCallAt,
  type VerificationDecision,
} from './decide.ts'
import {
  claimVerification,
  expireVerifications,
  holdVerification,
  insertVerification,
  lastPlannedAt,
  lockUnanswered,
  moveVerification,
  type VerificationRow,
} from './store.ts'

const LEASE_SECONDS = 20
const CALL_MS = 5_000
const ANSWER_BYTES_MAX = 64 * 1024

/** Keeps the other system's question whether this address is ours, and plans the answer. Returns the sentence for the delivery log. */
export async function receiveVerification(
  tx: Tx,
  source: SourceRow,
  settings: IntegrationSettings | null,
  received: { webhookId: string; callback: string },
  delivery: { id: string; received_at: Date },
  now: Date,
): Promise<string> {
  const integration = integrationByType(source.integration_type)
  const expiresAt = integration?.callbackExpiresAt?.(received.callback) ?? null
  const decision = judge(source, integration, settings, { ...received, expiresAt }, now)
  await insertVerification(tx, {
    alertSourceId: source.id,
    deliveryId: delivery.id,
    webhookId: received.webhookId,
    callback: received.callback,
    state: decision.state,
    reason: 'reason' in decision ? decision.reason : null,
    receivedAt: delivery.received_at,
    expiresAt,
    dueAt: decision.state === 'QUEUED' ? nextCallAt(await lastPlannedAt(tx, source.id), now) : null,
  })
  await tellLive(tx, { kind: 'alert-source', id: source.id })
  await wakeEngine(tx)
  return sentenceOf(decision)
}

function sentenceOf(decision: VerificationDecision): string {
  switch (decision.state) {
    case 'QUEUED':
      return 'The verification is being answered.'
    case 'HELD':
      return `The verification is held back. ${decision.reason}`
    case 'REFUSED':
      return `The verification is refused. ${decision.reason}`
    case 'EXPIRED':
      return decision.reason
  }
}

function judge(
  source: SourceRow,
  integration: Integration | null,
  settings: IntegrationSettings | null,
  asked: { webhookId: string; callback: string; expiresAt: Date | null },
  now: Date,
): VerificationDecision {
  const refusal =
    settings && integration?.callbackRefusal
      ? integration.callbackRefusal({ url: asked.callback, webhookId: asked.webhookId }, settings, now)
      : null
  return decideVerification(
    {
      hasSettings: settings !== null,
      createdAt: source.created_at,
      settingsSavedAt: source.settings_saved_at,
      allowedAt: source.verification_allowed_at,
      refusal,
      expiresAt: asked.expiresAt,
    },
    now,
  )
}

/** Looks again at what was held or refused: after the settings were saved, or an admin allowed it. */
export async function reconsiderVerifications(tx: Tx, source: SourceRow, secrets: Secrets, now: Date): Promise<void> {
  const integration = integrationByType(source.integration_type)
  if (!integration) return
  const settings = settingsOf(source, integration, secrets)
  for (const row of await lockUnanswered(tx, source.id)) {
    const asked = { webhookId: row.webhook_id, callback: row.callback, expiresAt: row.expires_at }
    const decision = judge(source, integration, settings, asked, now)
    const dueAt = decision.state === 'QUEUED' ? { dueAt: nextCallAt(await lastPlannedAt(tx, source.id), now) } : {}
    await moveVerification(tx, row.id, {
      state: decision.state,
      reason: 'reason' in decision ? decision.reason : null,
      ...dueAt,
    })
  }
  await wakeEngine(tx)
}

export interface VerificationContext {
  db: Database
  clock: Clock
  secrets: Secrets
  outbound: Outbound
  log: Log
}

/** One pass: claim a verification, call back with no transaction open, save what came of it. Returns how many it moved. */
export async function answerVerification(context: VerificationContext, now: Date): Promise<number> {
  const { db } = context
  const row = await db.transaction().execute(async (tx) => {
    for (const id of await expireVerifications(tx, now)) await tellLive(tx, { kind: 'alert-source', id })
    return claimVerification(tx, now, addSeconds(now, LEASE_SECONDS))
  })
  if (!row) return 0
  const refusal = await refusalNow(context, row, now)
  const result = refusal === null ? await call(context.outbound, row.callback) : null
  const then = await context.clock.now()
  await db.transaction().execute(async (tx) => {
    const held = await holdVerification(tx, row)
    if (!held) return
    if (result === null) await moveVerification(tx, held.id, { state: 'REFUSED', reason: refusal })
    else await saveResult(tx, held, result, then)
    await tellLive(tx, { kind: 'alert-source', id: held.alert_source_id })
  })
  context.log.info(
    { alertSourceId: row.alert_source_id, result: result?.kind ?? 'refused' },
    'alert-sources.verification-answered',
  )
  return 1
}

async function saveResult(tx: Tx, row: VerificationRow, result: CallResult, now: Date): Promise<void> {
  const after = decideAfterCall(result, row.attempts, now)
  await moveVerification(tx, row.id, {
    state: after.state,
    reason: 'reason' in after ? after.reason : null,
    ...('dueAt' in after ? { dueAt: after.dueAt } : {}),
  })
}

/** The settings may have changed since the call was planned: the guard looks once more, just before. */
async function refusalNow(context: VerificationContext, row: VerificationRow, now: Date): Promise<string | null> {
  const source = await sourceById(context.db, row.alert_source_id)
  const integration = source ? integrationByType(source.integration_type) : null
  const settings = source && integration ? settingsOf(source, integration, context.secrets) : null
  if (!integration?.callbackRefusal || !settings) return 'The source has no settings to compare the callback with.'
  return integration.callbackRefusal({ url: row.callback, webhookId: row.webhook_id }, settings, now)
}

async function call(outbound: Outbound, url: string): Promise<CallResult> {
  try {
    const answer = await outbound({ method: 'GET', url, timeoutMs: CALL_MS, bytesMax: ANSWER_BYTES_MAX })
    return { kind: 'status', status: answer.status }
  } catch (cause) {
    if (!(cause instanceof OutboundError)) throw cause
    // A long page that began with 200 is a yes all the same.
    if (cause.status !== null) return { kind: 'status', status: cause.status }
    return { kind: 'no-answer', reason: cause.message }
  }
}
