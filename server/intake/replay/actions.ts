import { randomUUID } from 'node:crypto'
import type { Actor } from '../../access/actor.ts'
import { EventEffect } from '../../alert-sources/rules/schema.ts'
import { type SourceRow, settingsOf, sourceById } from '../../alert-sources/store.ts'
import { audit, doerName } from '../../audit/store.ts'
import type { Database } from '../../database/connection.ts'
import { integrationByType } from '../../integrations/index.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import type { Secrets } from '../../runtime/secrets.ts'
import { judge } from '../judge.ts'
import { DeliveryOutcome, type DryRun } from '../schema.ts'
import { addDeliveries, DETAILS_KEPT, type DeliveryRow, deliveryById } from '../store.ts'
import { differences, type Fate } from './decide.ts'

/** Says what today's rules would do with a delivery, by doing it and taking it back: nothing is kept, nobody is told. */
export async function replayDry(context: { db: Database; secrets: Secrets }, id: string, now: Date): Promise<DryRun> {
  const { delivery, source } = await replayable(context, id)
  const attempt: { fate: Fate | null } = { fate: null }
  try {
    await context.db.transaction().execute(async (tx) => {
      const trial = { ...withoutRepeatKey(delivery), confirmation: 'UNASKED', replay_of: delivery.id }
      const verdict = await judge({ secrets: context.secrets, enrichmentWaitMs: 0 }, tx, source, trial, now)
      if (verdict) attempt.fate = { ...verdict, effect: verdict.effect ?? null }
      throw new TakenBack()
    })
  } catch (cause) {
    if (!(cause instanceof TakenBack)) throw cause
  }
  const known = EventEffect.nullable().safeParse(delivery.effect)
  const { rule, reason } = delivery
  const was: Fate = {
    outcome: DeliveryOutcome.parse(delivery.outcome),
    rule,
    reason,
    effect: known.success ? known.data : null,
  }
  const today: Fate = attempt.fate ?? {
    outcome: 'NEW',
    rule: null,
    reason: 'It would wait for the other system.',
    effect: null,
  }
  return { dryRun: true, was, today, differences: differences(was, today, DETAILS_KEPT) }
}

/** Lets a delivery arrive again, as a new one that names its origin; returns its id. */
export async function replay(
  context: { db: Database; secrets: Secrets },
  actor: Actor,
  id: string,
  now: Date,
): Promise<string> {
  const { delivery, source } = await replayable(context, id)
  const again = randomUUID()
  const { headers } = withoutRepeatKey(delivery)
  await context.db.transaction().execute(async (tx) => {
    await addDeliveries(
      tx,
      [
        {
          alertSourceId: source.id,
          id: again,
          answerStatus: delivery.answer_status,
          headers,
          body: delivery.body,
          replay: { of: delivery.id, by: doerName(actor) },
        },
      ],
      now,
    )
    const details = { replayOf: delivery.id, delivery: again }
    await audit(
      tx,
      actor,
      { action: 'delivery.replayed', objectType: 'alert-source', objectId: source.id, details },
      now,
    )
  })
  return again
}

class TakenBack extends Error {}

/** It is meant to be read once more: the key that keeps a repetition out stays behind. */
function withoutRepeatKey(delivery: DeliveryRow): DeliveryRow {
  const { 'idempotency-key': _key, ...headers } = delivery.headers
  return { ...delivery, headers }
}

async function replayable(
  { db, secrets }: { db: Database; secrets: Secrets },
  id: string,
): Promise<{ delivery: DeliveryRow; source: SourceRow }> {
  const delivery = await deliveryById(db, id)
  if (!delivery) throw new Problem('not-found', `There is no delivery ${id}.`)
  if (delivery.outcome === 'NEW') throw fieldProblem('id', 'This delivery was not read yet: wait for its outcome.')
  const source = await sourceById(db, delivery.alert_source_id)
  const integration = source ? integrationByType(source.integration_type) : null
  if (!source || !integration) throw fieldProblem('id', 'Its alert source is not there any more.')
  const received = integration.receive(
    { headers: delivery.headers, body: delivery.body.toString('utf8') },
    settingsOf(source, integration, secrets),
  )
  if (received.kind === 'verify')
    throw fieldProblem('id', 'A webhook that wanted to be confirmed is not replayed: its code worked once.')
  return { delivery, source }
}
