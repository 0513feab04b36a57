import type * as real from '../../../../../server/alert-actions/runs/store.ts'
import { all, earliest, greatest, type MemoryTables } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/alert-actions/runs/store.ts'

type Row = real.RunRow

const AT_ONCE_PER_ACTION = 2

export const claimRun = twin((tables, now: Date, leaseUntil: Date) => {
  const waiting = [...all(tables.runsWaiting)]
  const isFree = (at: Date | null) => at === null || at <= now
  const isNext = (run: Row) =>
    run.due_at <= now &&
    isFree(run.lease_until) &&
    isFree(tables.alert_action.get(run.alert_action_id)?.paused_until ?? null) &&
    waiting.filter((busy) => isOfSameAction(busy, run) && busy.status === 'SENDING' && !isFree(busy.lease_until))
      .length < AT_ONCE_PER_ACTION &&
    !waiting.some((before) => isBefore(before, run) && (before.attempts > 0 || before.due_at <= run.due_at))
  const [found] = waiting.filter(isNext).sort(byTurn)
  if (!found) return null
  return tables.alert_action_run.update(found, {
    status: 'SENDING',
    lease_until: leaseUntil,
    fence: found.fence + 1,
    attempts: found.attempts + 1,
  })
}) satisfies typeof real.claimRun

function isOfSameAction(one: Row, other: Row): boolean {
  return one.alert_action_id === other.alert_action_id
}

/** True when it was planned earlier, by the same action about the same alert. */
function isBefore(before: Row, run: Row): boolean {
  return isOfSameAction(before, run) && before.alert_id === run.alert_id && before.id < run.id
}

function byTurn(one: Row, other: Row): number {
  const byTried = Number(one.attempts > 0) - Number(other.attempts > 0)
  return byTried || one.due_at.getTime() - other.due_at.getTime() || one.id - other.id
}

function change(tables: MemoryTables, id: number, columns: Partial<Row>): void {
  const row = tables.alert_action_run.get(id)
  if (row) tables.alert_action_run.update(row, columns)
}

export const saveMessage = twin((tables, id: number, message: NonNullable<Row['message']>) =>
  change(tables, id, { message }),
) satisfies typeof real.saveMessage

export const holdRun = twin((tables, row: Row) => {
  const held = tables.alert_action_run.get(row.id)
  return held?.fence === row.fence && held.status === 'SENDING' ? held : null
}) satisfies typeof real.holdRun

type Ending = Parameters<typeof real.finishRun>[2]
type Later = Parameters<typeof real.postponeRun>[2]

export const finishRun = twin((tables, id: number, { status, reason, httpStatus }: Ending, now: Date) =>
  change(tables, id, { status, reason, http_status: httpStatus, finished_at: now, lease_until: null }),
) satisfies typeof real.finishRun

export const postponeRun = twin((tables, id: number, { dueAt, reason, httpStatus }: Later) =>
  change(tables, id, { status: 'SCHEDULED', due_at: dueAt, reason, http_status: httpStatus, lease_until: null }),
) satisfies typeof real.postponeRun

export const cancelRunsOf = twin((tables, actionId: number, reason: string, now: Date) => {
  for (const row of [...all(tables.runsWaiting)]) {
    if (row.alert_action_id !== actionId) continue
    const over = { status: 'SKIPPED', reason, finished_at: now, lease_until: null }
    tables.alert_action_run.update(row, { ...over, fence: row.fence + 1 })
  }
}) satisfies typeof real.cancelRunsOf

export const nextRunAt = twin((tables) => {
  const waiting = [...all(tables.runsWaiting)]
  return earliest(
    waiting.map((run) => {
      const tried = waiting.filter((one) => isBefore(one, run) && one.status === 'SCHEDULED' && one.attempts > 0)
      const paused = tables.alert_action.get(run.alert_action_id)?.paused_until ?? null
      const own = greatest(greatest(run.due_at, run.lease_until), paused)
      return tried.reduce((latest, one) => greatest(latest, one.due_at), own)
    }),
  )
}) satisfies typeof real.nextRunAt

type New = Parameters<typeof real.insertRun>[1]

export const insertRun = twin(
  (tables, run: New, now: Date) =>
    tables.alert_action_run.insert({
      id: tables.next('alert_action_run'),
      alert_action_id: run.actionId,
      alert_source_id: run.alertSourceId,
      alert_id: run.alertId,
      trigger_type: run.triggerType,
      timeline_entry_id: null,
      asked_by: run.askedBy,
      resend_of: run.resendOf,
      news: run.news,
      triggered_at: now,
      due_at: now,
      give_up_at: run.giveUpAt,
      status: 'SCHEDULED',
      attempts: 0,
      lease_until: null,
      fence: 0,
      finished_at: null,
      http_status: null,
      reason: null,
      message: run.message,
    }).id,
) satisfies typeof real.insertRun

export const lockRun = twin((tables, id: number) => tables.alert_action_run.get(id)) satisfies typeof real.lockRun

export const tryAtOnce = twin((tables, id: number, giveUpAt: Date, now: Date) =>
  change(tables, id, { status: 'SCHEDULED', due_at: now, give_up_at: giveUpAt, finished_at: null, lease_until: null }),
) satisfies typeof real.tryAtOnce

function withContext(tables: MemoryTables, row: Row): real.RunWithContext[] {
  const action = tables.alert_action.get(row.alert_action_id)
  if (!action) return []
  return [
    {
      ...row,
      action_name: action.name,
      connector_type: action.connector_type,
      action_deleted_at: action.deleted_at,
      alert_summary: tables.alert.get(row.alert_id)?.summary ?? '',
    },
  ]
}

type Query = Parameters<typeof real.findRuns>[2]

export const findRuns = twin((tables, of: { actionId: number } | { alertId: number }, query: Query) =>
  [...tables.alert_action_run.rows]
    .filter((row) => ('actionId' in of ? row.alert_action_id === of.actionId : row.alert_id === of.alertId))
    .filter((row) => !query.status || row.status === query.status)
    .filter((row) => !query.before || row.id < query.before)
    .sort((one, other) => other.id - one.id)
    .slice(0, query.limit)
    .flatMap((row) => withContext(tables, row)),
) satisfies typeof real.findRuns

export const runById = twin((tables, id: number) => {
  const row = tables.alert_action_run.get(id)
  return (row && withContext(tables, row)[0]) ?? null
}) satisfies typeof real.runById

export const lastRuns = twin((tables, actionIds: readonly number[]) => {
  const last = new Map<number, Row>()
  for (const row of tables.alert_action_run.rows) {
    if (!actionIds.includes(row.alert_action_id) || row.attempts === 0 || row.status === 'SKIPPED') continue
    const known = last.get(row.alert_action_id)
    if (!known || row.id > known.id) last.set(row.alert_action_id, row)
  }
  return last
}) satisfies typeof real.lastRuns
