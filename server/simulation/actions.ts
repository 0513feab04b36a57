import { randomUUID } from 'node:crypto'
import type { Actor } from '../access/actor.ts'
import { type SourceRow, settingsOf, sourceById } from '../alert-sources/store.ts'
import { ChannelMethod } from '../channels/schema.ts'
import type { Database, Tx } from '../database/connection.ts'
import { isConnectionLoss, isPassing } from '../database/failures.ts'
import { judge } from '../intake/judge.ts'
import { BODY_BYTES_MAX } from '../intake/schema.ts'
import { type DeliveryRow, deliveryById, type Verdict } from '../intake/store.ts'
import type { Integration } from '../integrations/contract.ts'
import { integrationByType } from '../integrations/index.ts'
import type { ChannelBook } from '../notifications/channels/book.ts'
import { noWayToSend } from '../notifications/outbox.ts'
import { fieldProblem, Problem } from '../runtime/problem.ts'
import type { Secrets } from '../runtime/secrets.ts'
import { elapsedMs } from '../runtime/timers.ts'
import type { TraceStep } from '../trace/schema.ts'
import { traceOf } from '../trace/store.ts'
import { viewSteps } from '../trace/view.ts'
import { applyChanges } from './changes.ts'
import type { Changes, Simulation, SimulationInput, SimulationRun } from './schema.ts'
import { giveWay, laterRules, putCopy, putLaterRules, type Stand, standOf, takenBack, waitingPages } from './store.ts'
import { type WalkContext, walk } from './walk.ts'

export interface SimulationContext {
  db: Database
  secrets: Secrets
  channels: Pick<ChannelBook, 'find'>
  settings: { stormPages: number }
}

/** What follows is worked out for so long, and less than a save waits for the rows that it leans on. */
const WALK_MS_MAX = 2_500
const TRIES_MAX = 3
const EVENT_TYPE = 'API'

/**
 * Says what would become of an event at a moment, minute by minute, if nobody answered: the stations themselves decide it, in
 * a transaction that is taken back. Nothing is kept, nobody is told. Their locks on rows of others are let go before anybody
 * is asked, so that no page waits for a simulation.
 */
export async function simulate(
  context: SimulationContext,
  actor: Actor,
  input: SimulationInput,
  now: Date,
): Promise<Simulation> {
  const source = await sourceById(context.db, input.alertSource.id)
  if (!source) throw fieldProblem('alertSource.id', `There is no alert source ${input.alertSource.id}.`)
  const at = input.at ? new Date(input.at) : now
  const delivery = await deliveryOf(context, source, input, at)
  const world = { stormPages: context.settings.stormPages, closedChannels: await closedChannels(context.channels) }
  const trial = { context, world, actor, source, delivery, isEvent: Boolean(input.event), at }
  const { today, changed } = await inTakenBackTransaction(context.db, async (tx) => ({
    today: await run(tx, trial, null),
    changed: input.changes ? await run(tx, trial, input.changes) : null,
  }))
  return { at: at.toISOString(), alertSource: { id: source.id, name: source.name }, ...today, changed }
}

class TakenBack extends Error {}

/** Somebody may hold what a trial needs: it is tried again, and never makes anybody wait for long. */
async function inTakenBackTransaction<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const done: { result?: T } = {}
    try {
      await db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (tx) => {
          await giveWay(tx)
          done.result = await work(tx)
          throw new TakenBack()
        })
    } catch (cause) {
      if (cause instanceof TakenBack) return done.result as T
      if (isConnectionLoss(cause) || !isPassing(cause)) throw cause
      if (tries >= TRIES_MAX) throw busy(cause)
    }
  }
}

function busy(cause: unknown): Problem {
  const detail = 'Something that this needs is being changed just now. Try again in a moment.'
  return new Problem('too-many-requests', detail, { retryAfterSeconds: 1, cause })
}

interface Trial {
  context: SimulationContext
  world: Omit<WalkContext, 'stopsAt'>
  actor: Actor
  source: SourceRow
  delivery: DeliveryRow
  /** An event of our own API, whatever the source is. */
  isEvent: boolean
  at: Date
}

/** One configuration: what the event does, and then what follows. */
async function run(tx: Tx, trial: Trial, changes: Changes | null): Promise<SimulationRun> {
  const read = await takenBack(tx, () => readEvent(tx, trial, changes))
  const { verdict, touched, later } = read
  const before = touched && new Set((await traceOf(tx, touched.alert.id)).map((row) => row.id))
  const lines = read.lines.filter((row) => !before?.has(row.id))
  const isNew = touched !== null && before?.size === 0
  const older = new Set(touched ? (await waitingPages(tx, touched.alert.id)).map((page) => page.id) : [])
  const pages = read.pages.filter((page) => !older.has(page.id))
  const climbs = lines.some((row) => row.station === 'escalation' && row.decision === 'start')
  const steps = [...(await viewSteps(tx, lines)), ...(lines.length === 0 ? [verdictStep(verdict, trial.at)] : [])]
  const shown = {
    outcome: verdict?.outcome ?? ('WAITS' as const),
    rule: verdict?.rule ?? null,
    reason: verdict?.reason ?? null,
    alert: touched && {
      id: isNew ? null : touched.alert.id,
      summary: touched.alert.summary,
      priority: touched.alert.priority === 'LOW' ? ('LOW' as const) : ('HIGH' as const),
      severity: touched.alert.severity,
      escalationPolicy: { id: touched.alert.escalation_policy_id, name: touched.policyName },
    },
  }
  const asked = lookUpStep(trial, read.integration, isNew)
  if (!touched || (!climbs && pages.length === 0))
    return { ...shown, steps: [...steps, ...asked], endsAt: null, isCut: false }

  const what = await takenBack(tx, async () => {
    if (later) await putLaterRules(tx, touched.alert, later)
    const alertId = await putCopy(tx, climbs ? touched : quiet(touched), pages)
    const isCut = await walk(tx, { ...trial.world, stopsAt: elapsedMs() + WALK_MS_MAX }, alertId, trial.at)
    return { isCut, rows: await traceOf(tx, alertId) }
  })
  const end = climbs ? what.rows.findLast((row) => row.station === 'escalation' && 'stopped' in row.facts) : undefined
  return {
    ...shown,
    steps: [...steps, ...asked, ...(await viewSteps(tx, what.rows))],
    endsAt: end?.at.toISOString() ?? null,
    isCut: what.isCut,
  }
}

/** An alert that goes on as it did: what is due for it is no news. */
function quiet({ alert }: Stand): Pick<Stand, 'alert' | 'climb'> {
  return { alert: { ...alert, raise_at: null, auto_resolve_at: null }, climb: null }
}

/** The event is read as if it arrived; what it left is looked at before it is taken back. */
async function readEvent(tx: Tx, trial: Trial, changes: Changes | null) {
  const { context, actor, at } = trial
  if (changes) await applyChanges(tx, context.secrets, actor, trial.source, changes, at)
  const saved = (await sourceById(tx, trial.source.id)) ?? trial.source
  const source = trial.isEvent ? { ...saved, integration_type: EVENT_TYPE } : saved
  const intake = { secrets: context.secrets, enrichmentWaitMs: 0 }
  const verdict = await judge(intake, tx, source, trial.delivery, at)
  const id = verdict?.alertId ?? null
  const touched = id === null ? null : await standOf(tx, id)
  return {
    verdict,
    touched,
    integration: integrationByType(source.integration_type),
    lines: id === null ? [] : await traceOf(tx, id),
    pages: id === null ? [] : await waitingPages(tx, id),
    // Whatever is raised later begins by the rules of the source and the policy as they are then.
    later: changes && touched?.alert.raise_at ? await laterRules(tx, touched.alert) : null,
  }
}

/** What became of an event that left no trace with any alert. */
function verdictStep(verdict: Verdict | null, at: Date): TraceStep {
  const decisions = { APPLIED: 'apply', DUPLICATE: 'repeat', IGNORED: 'ignore', QUARANTINED: 'set-aside' } as const
  return {
    at: at.toISOString(),
    station: 'intake',
    decision: verdict ? decisions[verdict.outcome] : 'wait',
    reason: verdict?.reason ?? 'It would wait for the other system.',
    rule: verdict?.rule ?? 'waits-for-record',
    people: [],
    channels: [],
  }
}

/** The other system is not asked either: what it would add is not known. */
function lookUpStep(trial: Trial, integration: Integration | null, isNew: boolean): TraceStep[] {
  if (!isNew || !integration?.lookUp || trial.isEvent) return []
  const reason = `${integration.title} is not asked for more facts: this goes by what the delivery says.`
  const line = { station: 'lookups', decision: 'leave-out', rule: 'simulation-asks-nobody', reason }
  return [{ at: trial.at.toISOString(), ...line, people: [], channels: [] }]
}

/** What arrives: an event, a delivery from the log, or a pasted one. */
async function deliveryOf(
  { db, secrets }: SimulationContext,
  source: SourceRow,
  { event, delivery }: SimulationInput,
  at: Date,
): Promise<DeliveryRow> {
  if (event) return pasted(source, requireSmall('event', JSON.stringify(event)), at)
  const body = delivery?.body
  const id = delivery?.id ?? null
  const chosen =
    id === null
      ? pasted(source, requireSmall('delivery.body', typeof body === 'string' ? body : JSON.stringify(body)), at)
      : await received(db, source, id, at)
  const integration = integrationByType(source.integration_type)
  const read = integration?.receive(
    { headers: chosen.headers, body: chosen.body.toString('utf8') },
    settingsOf(source, integration, secrets),
  )
  if (read?.kind === 'verify') {
    const field = id === null ? 'delivery.body' : 'delivery.id'
    throw fieldProblem(field, 'This is a webhook that wants to be confirmed: it is about no alert.')
  }
  return chosen
}

async function received(db: Database, source: SourceRow, id: string, at: Date): Promise<DeliveryRow> {
  const delivery = await deliveryById(db, id)
  if (delivery?.alert_source_id !== source.id)
    throw fieldProblem('delivery.id', `${source.name} received no delivery ${id}.`)
  // It arrives once more: the key that keeps a repetition out stays behind.
  const { 'idempotency-key': _key, ...headers } = delivery.headers
  return { ...delivery, headers, received_at: at, confirmation: 'UNASKED', replay_of: delivery.id }
}

function pasted(source: SourceRow, body: string, at: Date): DeliveryRow {
  const id = randomUUID()
  return {
    alert_source_id: source.id,
    id,
    seq: 0,
    received_at: at,
    answer_status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(body, 'utf8'),
    outcome: 'NEW',
    rule: null,
    reason: null,
    event: null,
    alert_key: null,
    alert_id: null,
    attempts: 0,
    due_at: at,
    confirmation: 'UNASKED',
    processed_at: null,
    begun_by: null,
    begun_alone: 0,
    effect: null,
    replay_of: id,
    replayed_by: null,
  }
}

function requireSmall(field: string, body: string): string {
  if (Buffer.byteLength(body, 'utf8') <= BODY_BYTES_MAX) return body
  throw fieldProblem(field, `A delivery has at most ${BODY_BYTES_MAX / 1_024} KiB.`)
}

/** Channels that cannot send, and why; asked before anything is held. */
async function closedChannels(channels: Pick<ChannelBook, 'find'>): Promise<Map<string, string>> {
  const closed = new Map<string, string>()
  for (const method of ChannelMethod.options) {
    const trouble = await noWayToSend(channels, method)
    if (trouble !== null) closed.set(method, trouble)
  }
  return closed
}
