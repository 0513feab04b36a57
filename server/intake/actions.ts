import { type SourceRow, sourceById, warnSource } from '../alert-sources/store.ts'
import type { Database, Tx } from '../database/connection.ts'
import { isConnectionLoss } from '../database/failures.ts'
import { contained } from '../database/savepoint.ts'
import type { BatchSize } from '../engine/batch-size.ts'
import type { Life } from '../engine/life.ts'
import { decideAfterFailure } from '../engine/poison.ts'
import { Suspects } from '../engine/suspects.ts'
import type { Log } from '../runtime/log.ts'
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
  /** By source: deliveries one of which ends its transaction each time. */
  suspects: Map<number, Suspects<string>>
  /** This run of the program: what another one left half-read is told apart. */
  life: Life
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

/** One pass of the intake station: what arrived is read, source by source, in order of arrival. Returns how many deliveries moved. */
export async function readDeliveries(context: IntakeContext, now: Date): Promise<number> {
  await forgiveInterrupted(context)
  let [moved, losses] = [0, 0]
  let trouble: unknown = null
  for (const sourceId of await sourcesWithNews(context.db, now, SOURCES_MAX)) {
    try {
      moved += await inOneSlot(context, sourceId, () => readOne(context, sourceId, now))
    } catch (cause) {
      // The next source has its turn whatever holds this one up, unless the database is away.
      if (isConnectionLoss(cause) && ++losses > 1) throw cause
      context.log.error({ err: cause, alertSourceId: sourceId }, 'intake.source-failed')
      trouble ??= cause
    }
  }
  if (moved === 0 && trouble !== null) throw trouble
  return moved
}

/** Does something with a source unless the other slot does; the hold keeps other nodes away, this the marks apart. */
async function inOneSlot(context: IntakeContext, sourceId: number, work: () => Promise<number>): Promise<number> {
  if (context.busy.has(sourceId)) return 0
  context.busy.add(sourceId)
  try {
    return await work()
  } finally {
    context.busy.delete(sourceId)
  }
}

/** A lost connection is not the end of the process; without this another node would read each of them alone. */
async function forgiveInterrupted(context: IntakeContext): Promise<void> {
  for (const sourceId of context.interrupted.keys()) {
    await inOneSlot(context, sourceId, async () => {
      try {
        await forgive(context, context.db, sourceId, context.interrupted.get(sourceId) ?? [])
        context.interrupted.delete(sourceId)
      } catch (cause) {
        if (isConnectionLoss(cause)) throw cause
        context.log.warn({ err: cause, alertSourceId: sourceId }, 'intake.marks-not-taken-back')
      }
      return 0
    })
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

/** A delivery that was read alone and ended its transaction so often that it has failed by itself. */
class Conviction extends Error {
  readonly deliveryId: string

  constructor(deliveryId: string, cause: unknown) {
    super(`Delivery ${deliveryId} ends its transaction each time.`, { cause })
    this.deliveryId = deliveryId
  }
}

async function readOne(context: IntakeContext, sourceId: number, now: Date): Promise<number> {
  try {
    return await context.db.connection().execute((connection) => readSource(context, connection, sourceId, now))
  } catch (cause) {
    if (!(cause instanceof Conviction)) throw cause
    await context.db.transaction().execute(async (tx) => {
      for (const delivery of await unreadDeliveries(tx, sourceId, [cause.deliveryId])) {
        await setAside(context, tx, delivery, cause.cause, now)
      }
    })
    context.suspects.get(sourceId)?.acquit([cause.deliveryId])
    return 1
  }
}

async function readSource(context: IntakeContext, connection: Database, sourceId: number, now: Date): Promise<number> {
  if (!(await holdSource(connection, sourceId))) return 0
  try {
    return await readNext(context, connection, sourceId, now)
  } finally {
    // Without an answer the connection is gone, and the hold with it.
    await releaseSource(connection, sourceId).catch((cause) => {
      if (!isConnectionLoss(cause)) throw cause
    })
  }
}

async function readNext(context: IntakeContext, connection: Database, sourceId: number, now: Date): Promise<number> {
  const suspects = context.suspects.get(sourceId) ?? new Suspects()
  const peeked = await peekUnread(connection, sourceId, now, context.readAtOnce.now)
  const together = firstTogether(peeked, suspects.groups(now))
  const unread = together.map((row) => ({ id: row.id, begunBy: row.begun_by, begunAlone: row.begun_alone }))
  const reading = decideReading(unread, { id: context.life.id, livedSeconds: context.life.secondsAt(now) })
  if (!reading || reading.kind === 'wait') return 0
  if (reading.kind === 'set-aside') {
    const reason = `it ended the process that read it, ${reading.times} times.`
    context.log.error({ alertSourceId: sourceId, deliveryId: reading.id }, 'intake.delivery-ends-process')
    await connection
      .transaction()
      .execute((tx) => quarantine(tx, { alert_source_id: sourceId, id: reading.id }, 'ends-the-process', reason, now))
    return 1
  }
  const ids = reading.kind === 'batch' ? reading.ids : [reading.id]
  const times = reading.kind === 'batch' ? 0 : reading.times
  let isReading = false
  try {
    await markBegun(connection, sourceId, ids, { by: context.life.id, alone: times })
    isReading = true
    const read = await connection.transaction().execute((tx) => readThese(context, tx, sourceId, ids, now))
    suspects.acquit(ids)
    if (suspects.groups(now).length === 0) context.suspects.delete(sourceId)
    context.readAtOnce.grow()
    return read
  } catch (cause) {
    await noteInterruption(context, connection, sourceId, { ids, before: reading.before }, cause)
    if (!isReading) throw cause
    context.suspects.set(sourceId, suspects)
    const [first] = peeked
    const isConvicted = suspects.note(ids, cause, (first?.attempts ?? 0) > 0, now)
    throw isConvicted && first ? new Conviction(first.id, cause) : cause
  }
}

/** Takes the marks back at once, while the source is held; what cannot be done on this connection is done by the next pass. */
async function noteInterruption(
  context: IntakeContext,
  connection: Database,
  sourceId: number,
  begun: Begun,
  cause: unknown,
): Promise<void> {
  const isLost = isConnectionLoss(cause)
  if (isLost) context.readAtOnce.shrink()
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
  now: Date,
): Promise<number> {
  const deliveries = await unreadDeliveries(tx, sourceId, ids)
  const source = await sourceById(tx, sourceId)
  for (const delivery of deliveries) {
    const failure = await contained(tx, () => readDelivery(context, tx, source, delivery, now))
    if (failure !== null) await setAside(context, tx, delivery, failure, now)
  }
  return deliveries.length
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
