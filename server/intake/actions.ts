import { type SourceRow, sourceById, warnSource } from '../alert-sources/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { isConnectionLoss } from '../database/failures.ts'
import type { BatchSize } from '../engine/batch-size.ts'
import { doInOrder, type Progress, startProgress } from '../engine/in-order.ts'
import type { Life } from '../engine/life.ts'
import { decideAfterFailure } from '../engine/poison.ts'
import { Suspects } from '../engine/suspects.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { addSeconds } from '../runtime/time.ts'
import { decideReading, firstTogether, type ReadingMark } from './decide.ts'
import { type JudgeContext, judge, verdict } from './judge.ts'
import {
  type DeliveryRow,
  finishDelivery,
  holdSource,
  markBegun,
  peekUnread,
  postponeDelivery,
  releaseSource,
  sourcesWithNews,
  takeBackMark,
  unreadDeliveries,
} from './store.ts'

export interface IntakeContext extends JudgeContext {
  db: Database
  /** How many deliveries of one source are read in one transaction. */
  readAtOnce: BatchSize
  /** By source: deliveries that failed in passing. */
  suspects: Map<number, Suspects<string>>
  /** This run of the program: what another one left half-read is told apart. */
  life: Life
  clock: Pick<Clock, 'now'>
  /** By source: what this run began to read and could not take its marks from at once, oldest first. */
  interrupted: Map<number, readonly Begun[]>
  /** Sources that this run reads, or whose marks it takes back: one slot at a time. */
  busy: Set<number>
  log: Log
}

/** Deliveries that are marked as begun, and what the mark said before. */
interface Begun {
  ids: readonly string[]
  before: ReadingMark
}

const SOURCES_MAX = 50
/** What cannot even be set aside is tried again after this long. */
const SET_ASIDE_AGAIN_SECONDS = 60

/** One pass of the intake station: what arrived is read, source by source, in order of arrival. Returns how many deliveries moved. */
export async function readDeliveries(context: IntakeContext, now: Date): Promise<number> {
  for (const sourceId of context.interrupted.keys()) {
    await inOneSlot(context, sourceId, () => forgiveInterrupted(context, sourceId))
  }
  let moved = 0
  let trouble: unknown = null
  // The next source has its turn whatever holds this one up.
  const heldUp = (sourceId: number, cause: unknown) => {
    context.log.error({ err: cause, alertSourceId: sourceId }, 'intake.source-failed')
    trouble ??= cause
  }
  for (const sourceId of await sourcesWithNews(context.db, now, SOURCES_MAX)) {
    try {
      const pass = await inOneSlot(context, sourceId, () => readOne(context, sourceId, now))
      moved += pass?.moved ?? 0
      if (pass && pass.failure !== null) heldUp(sourceId, pass.failure)
    } catch (cause) {
      // The database is away, or was just now.
      if (isConnectionLoss(cause)) throw cause
      heldUp(sourceId, cause)
    }
  }
  if (moved === 0 && trouble !== null) throw trouble
  return moved
}

/** Does something with a source unless the other slot does; the hold keeps other nodes away, this the marks apart. */
async function inOneSlot<T>(context: IntakeContext, sourceId: number, work: () => Promise<T>): Promise<T | null> {
  if (context.busy.has(sourceId)) return null
  context.busy.add(sourceId)
  try {
    return await work()
  } finally {
    context.busy.delete(sourceId)
  }
}

/** A lost connection is not the end of the process; without this another node would read each of them alone. */
async function forgiveInterrupted(context: IntakeContext, sourceId: number): Promise<void> {
  try {
    await forgive(context, context.db, sourceId, context.interrupted.get(sourceId) ?? [])
    context.interrupted.delete(sourceId)
  } catch (cause) {
    if (isConnectionLoss(cause)) throw cause
    context.log.warn({ err: cause, alertSourceId: sourceId }, 'intake.marks-not-taken-back')
  }
}

/** The process lives, so what it began to read and did not end is marked as it was before. */
async function forgive(
  { life }: IntakeContext,
  db: Database,
  alertSourceId: number,
  begun: readonly Begun[],
): Promise<void> {
  // The oldest first: what it found is what there was before.
  for (const { ids, before } of begun) await takeBackMark(db, alertSourceId, ids, life.id, before)
}

/** What came of one reading of a source. */
interface Pass {
  moved: number
  /** What ended it, or what one of the deliveries failed by in passing; null when nothing did. */
  failure: unknown
  /** The one that has failed so again and again. */
  convicted: string | null
}

const NOTHING: Pass = { moved: 0, failure: null, convicted: null }

async function readOne(context: IntakeContext, sourceId: number, now: Date): Promise<Pass> {
  const { db } = context
  const pass = await db.connection().execute((connection) => readSource(context, connection, sourceId, now))
  if (context.interrupted.has(sourceId)) await forgiveInterrupted(context, sourceId)
  if (pass.convicted === null) return pass
  return { ...pass, moved: pass.moved + (await punish(context, sourceId, pass.convicted, pass.failure)) }
}

/** A delivery over which a connection is lost, or time runs out, again and again has failed as if it had said so. */
async function punish(context: IntakeContext, sourceId: number, id: string, cause: unknown): Promise<number> {
  // Failing took its time.
  const now = await context.clock.now()
  const onceThere = (work: (tx: Tx, delivery: DeliveryRow) => Promise<void>) =>
    context.db.transaction().execute(async (tx) => {
      const [delivery] = await unreadDeliveries(tx, sourceId, [id])
      if (delivery) await work(tx, delivery)
      return delivery ? 1 : 0
    })
  let moved: number
  try {
    moved = await onceThere((tx, delivery) => setAside(context, tx, delivery, cause, now))
  } catch (failure) {
    context.log.error({ err: failure, deliveryId: id }, 'intake.setting-aside-failed')
    const later = { dueAt: addSeconds(now, SET_ASIDE_AGAIN_SECONDS), reason: 'It could not even be set aside.' }
    moved = await onceThere((tx, row) => postponeDelivery(tx, row, { ...later, attempts: row.attempts }))
  }
  if (moved > 0) context.suspects.get(sourceId)?.punished(id, now)
  return moved
}

async function readSource(context: IntakeContext, connection: Database, sourceId: number, now: Date): Promise<Pass> {
  if (!(await holdSource(connection, sourceId))) return NOTHING
  try {
    return await readNext(context, connection, sourceId, now)
  } finally {
    // Without an answer the connection is gone, and the hold with it.
    await releaseSource(connection, sourceId).catch((cause) => {
      if (!isConnectionLoss(cause)) throw cause
    })
  }
}

async function readNext(context: IntakeContext, connection: Database, sourceId: number, now: Date): Promise<Pass> {
  const suspects = context.suspects.get(sourceId) ?? new Suspects()
  const peeked = await peekUnread(connection, sourceId, now, context.readAtOnce.now)
  const together = firstTogether(peeked, suspects.all(now))
  const [first] = together
  const sentence = first && suspects.sentenceOn(first.id)
  // It could not be carried out at once, as the database was away.
  if (sentence) return { moved: 0, failure: sentence.cause, convicted: first.id }
  const unread = together.map((row) => ({ id: row.id, begunBy: row.begun_by, begunAlone: row.begun_alone }))
  const reading = decideReading(unread, { id: context.life.id, livedSeconds: context.life.secondsAt(now) })
  if (!reading || reading.kind === 'wait') return NOTHING
  if (reading.kind === 'set-aside') {
    const reason = `It ended the process that read it, ${reading.times} times.`
    context.log.error({ alertSourceId: sourceId, deliveryId: reading.id }, 'intake.delivery-ends-process')
    await connection
      .transaction()
      .execute((tx) => quarantine(tx, { alert_source_id: sourceId, id: reading.id }, 'ends-the-process', reason, now))
    return { ...NOTHING, moved: 1 }
  }
  const ids = reading.kind === 'batch' ? reading.ids : [reading.id]
  const times = reading.kind === 'batch' ? 0 : reading.times
  const takeBack = (some: readonly string[], isLost: boolean) =>
    noteInterruption(context, connection, sourceId, { ids: some, before: reading.before }, isLost)
  try {
    await markBegun(connection, sourceId, ids, { by: context.life.id, alone: times })
  } catch (cause) {
    await takeBack(ids, isConnectionLoss(cause))
    throw cause
  }
  const progress = startProgress<DeliveryRow>()
  try {
    await connection.transaction().execute((tx) => readThese(context, tx, sourceId, ids, progress, now))
    if (progress.failure === null) context.readAtOnce.grow()
  } catch (cause) {
    progress.failure ??= cause
    progress.through = []
    if (isConnectionLoss(cause)) context.readAtOnce.shrink()
  }
  const { inHand, failure } = progress
  const through = progress.through.map(({ id }) => id)
  const left = ids.filter((id) => !through.includes(id))
  if (left.length > 0) await takeBack(left, isConnectionLoss(failure))
  if (inHand !== null) suspects.note(inHand.id, failure, inHand.attempts > 0, now)
  suspects.acquit(through)
  const convicted = inHand !== null && suspects.sentenceOn(inHand.id) !== null ? inHand.id : null
  if (suspects.all(now).length > 0) context.suspects.set(sourceId, suspects)
  else context.suspects.delete(sourceId)
  return { moved: through.length, failure, convicted }
}

/** Takes the marks back at once, while the source is held; what cannot be done on this connection is done on another. */
async function noteInterruption(
  context: IntakeContext,
  connection: Database,
  sourceId: number,
  begun: Begun,
  isLost: boolean,
): Promise<void> {
  const isDone =
    !isLost &&
    (await forgive(context, connection, sourceId, [begun]).then(
      () => true,
      () => false,
    ))
  if (!isDone) context.interrupted.set(sourceId, [...(context.interrupted.get(sourceId) ?? []), begun])
}

async function readThese(
  context: IntakeContext,
  tx: Tx,
  sourceId: number,
  ids: readonly string[],
  progress: Progress<DeliveryRow>,
  now: Date,
): Promise<void> {
  const deliveries = await unreadDeliveries(tx, sourceId, ids)
  const source = await sourceById(tx, sourceId)
  await doInOrder(tx, deliveries, progress, {
    work: (delivery) => readDelivery(context, tx, source, delivery, now),
    setAside: (delivery, cause) => setAside(context, tx, delivery, cause, now),
  })
}

/** A row that fails is tried again later, then set aside; its neighbours go on (invariants.md ING-5). */
async function setAside(
  context: IntakeContext,
  tx: Tx,
  delivery: DeliveryRow,
  cause: unknown,
  now: Date,
): Promise<void> {
  context.log.error({ err: cause, deliveryId: delivery.id, attempt: delivery.attempts + 1 }, 'intake.delivery-failed')
  const next = decideAfterFailure(delivery.attempts + 1, now)
  if (next.kind === 'set-aside') return quarantine(tx, delivery, 'failed-repeatedly', next.reason, now)
  await postponeDelivery(tx, delivery, { dueAt: next.dueAt, attempts: delivery.attempts + 1, reason: next.reason })
}

async function quarantine(
  tx: Tx,
  delivery: Pick<DeliveryRow, 'alert_source_id' | 'id'>,
  rule: string,
  reason: string,
  now: Date,
): Promise<void> {
  await finishDelivery(tx, delivery, verdict('QUARANTINED', rule, reason), now)
  await warnSource(
    tx,
    delivery.alert_source_id,
    { code: 'quarantined', text: `A delivery was set aside: ${reason}` },
    now,
  )
}

async function readDelivery(
  context: IntakeContext,
  tx: Tx,
  source: SourceRow | null,
  delivery: DeliveryRow,
  now: Date,
): Promise<void> {
  const verdict = await judge(context, tx, source, delivery, now)
  if (verdict) await finishDelivery(tx, delivery, verdict, now)
}
