import { type Actor, requireRight } from '../../access/actor.ts'
import { ensureOwnSource, lockSource } from '../../alert-sources/store.ts'
import { audit } from '../../audit/store.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { tellLive, wakeEngine } from '../../database/notify.ts'
import { requireStorable } from '../../database/values.ts'
import { beginClimb } from '../../escalation/actions.ts'
import { ensureDefaultPolicy } from '../../escalation/policies/actions.ts'
import { lockPolicy, snapshotOf } from '../../escalation/policies/store.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { addMinutes, isoDurationMinutes } from '../../runtime/time.ts'
import { addTimeline } from '../../timeline/store.ts'
import { addTrace } from '../../trace/store.ts'
import { type AnsweringBy, acceptAlert, resolveAlert } from '../actions.ts'
import { insertAlert } from '../store.ts'
import { byOf, nameOf } from '../verbs/act.ts'
import { policyOfPeople, requireReachable } from '../verbs/hand-over.ts'
import { putResponder } from '../verbs/store.ts'
import { reopen, unaccept } from '../verbs/undo.ts'
import type { BulkAnswer, BulkInput, NewAlertInput } from './schema.ts'

/** The source of alerts that belong to no connection. */
const MANUAL = { type: 'MANUAL', name: 'Made by hand' }

/** Opens an alert that somebody describes; returns its id. */
export async function createAlert(db: Database, actor: Actor, input: NewAlertInput, now: Date): Promise<number> {
  requireRight(actor, 'answer')
  requireStorable({ summary: input.summary, details: input.details })
  const by = byOf(actor)
  return db.transaction().execute(async (tx) => {
    const source = await sourceFor(tx, input, now)
    const policyId = input.escalationPolicy?.id ?? source.escalation_policy_id
    const policyRow = await lockPolicy(tx, policyId)
    if (!policyRow) throw fieldProblem('escalationPolicy.id', `There is no escalation policy ${policyId}.`)
    const people = [...new Set((input.responders ?? []).map((responder) => responder.user.id))]
    const names: string[] = []
    for (const [index, id] of people.entries()) {
      names.push(await requireReachable(tx, id, `responders.${index}.user.id`))
    }

    const timeout = source.auto_resolution_timeout
    const priority = input.priority || 'HIGH'
    const alertId = await insertAlert(
      tx,
      {
        alertSourceId: source.id,
        alertKey: null,
        summary: input.summary,
        details: input.details ?? '',
        status: 'PENDING',
        priority,
        severity: input.severity ?? null,
        escalationPolicyId: policyId,
        autoResolveAt: timeout === null ? null : addMinutes(now, isoDurationMinutes(timeout)),
        links: input.links ?? [],
        images: (input.images ?? []).map(({ src, href, alt }) => ({ src, href: href ?? null, alt: alt ?? null })),
        labels: {},
        customDetails: undefined,
        previousAlertId: null,
        createdBy: by.kind === 'person' ? by.personId : null,
      },
      now,
    )
    await tellCreation(tx, { alertSourceId: source.id, alertId }, by, priority, now)
    for (const id of people) await putResponder(tx, { alertSourceId: source.id, alertId }, id, null, now)
    const own = snapshotOf(policyRow)
    const who = names.join(', ')
    await beginClimb(
      tx,
      {
        alertSourceId: source.id,
        alertId,
        policy: people.length > 0 ? policyOfPeople(own, `Given to ${who}`, people) : own,
        levelIndex: 0,
        round: 1,
        reason:
          people.length > 0
            ? `Only ${who} ${people.length === 1 ? 'is' : 'are'} asked: whoever made the alert chose so.`
            : `${own.policyName} begins at its first level, at once: a person made the alert.`,
        rule: people.length > 0 ? 'chosen-people' : 'chosen-policy',
      },
      now,
    )
    await tellLive(tx, { kind: 'alert', id: alertId })
    await tellLive(tx, { kind: 'alert-source', id: source.id })
    await wakeEngine(tx)
    return alertId
  })
}

async function sourceFor(tx: Tx, input: NewAlertInput, now: Date) {
  if (input.alertSource) {
    const source = await lockSource(tx, input.alertSource.id)
    if (!source) throw fieldProblem('alertSource.id', `There is no alert source ${input.alertSource.id}.`)
    return source
  }
  if (!input.escalationPolicy && !input.responders?.length) {
    throw fieldProblem('escalationPolicy.id', 'Say who is asked: an escalation policy, or an alert source with one.')
  }
  const id = await ensureOwnSource(tx, MANUAL, await ensureDefaultPolicy(tx, now), now)
  const source = await lockSource(tx, id)
  if (!source) throw new Problem('not-found', 'The source of alerts made by hand is gone.')
  return source
}

async function tellCreation(
  tx: Tx,
  where: { alertSourceId: number; alertId: number },
  by: AnsweringBy,
  priority: string,
  now: Date,
): Promise<void> {
  const text = `Created by ${nameOf(by)}`
  await addTimeline(
    tx,
    { ...where, type: 'AlertCreatedByUserLogEntry', text, filterTypes: ['ALERT_UPDATES'], vars: { by: by.kind } },
    now,
  )
  const reason = `${text}, with priority ${priority}.`
  await addTrace(tx, { ...where, station: 'alerts', decision: 'open', reason, rule: 'made-by-hand' }, now)
  await audit(tx, by, { action: 'alert.created', objectType: 'alert', objectId: where.alertId }, now)
}

/** Accepts or resolves many, or takes that back, each by itself: what one is refused for does not hold up the others. */
export async function answerMany(db: Database, actor: Actor, input: BulkInput, now: Date): Promise<BulkAnswer> {
  requireRight(actor, 'answer')
  const by = byOf(actor)
  const comment = input.comment?.replaceAll('\0', '').trim() || null
  const act = (id: number): Promise<'done' | 'already'> => {
    switch (input.action) {
      case 'ACCEPT':
        return acceptAlert(db, id, by, now)
      case 'RESOLVE':
        return resolveAlert(db, id, by, comment, now)
      case 'UNACCEPT':
        return unaccept(db, actor, id, now)
      case 'REOPEN':
        return reopen(db, actor, id, now)
    }
  }
  const answer: BulkAnswer = { done: [], already: [], refused: [] }
  for (const id of new Set(input.alerts.map((alert) => alert.id))) {
    try {
      answer[await act(id)].push(id)
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause
      answer.refused.push({ id, message: cause.message })
    }
  }
  return answer
}
