import type { Viewer } from '../../../../../server/access/sight.ts'
import { isRowId } from '../../../../../server/database/values.ts'
import type * as real from '../../../../../server/duties/requests/store.ts'
import { seesOwned } from '../../../memory/sight.ts'
import type { MemoryTables } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/duties/requests/store.ts'

type Row = real.RequestRow
type Page = { offset: number; limit: number }

function isSeen(tables: MemoryTables, viewer: Viewer, row: Row): boolean {
  if (seesOwned(tables, viewer, 'schedule', row.schedule_id)) return true
  return viewer.sees !== 'everything' && [row.requester_id, row.asked_id].includes(viewer.personId)
}

function seen(tables: MemoryTables, viewer: Viewer): Row[] {
  return [...tables.coverage_request.rows].filter((row) => isSeen(tables, viewer, row))
}

export const listRequests = twin(
  (tables, viewer: Viewer, { personId, scheduleId, states }: real.RequestFilter, page: Page, now: Date) => {
    const stateOf = (row: Row) => (row.state === 'PENDING' && row.ends_at <= now ? 'EXPIRED' : row.state)
    return seen(tables, viewer)
      .filter((row) => personId === undefined || row.asked_id === personId || row.requester_id === personId)
      .filter((row) => scheduleId === undefined || row.schedule_id === scheduleId)
      .filter((row) => states.length === 0 || states.some((state) => state === stateOf(row)))
      .sort((one, other) => other.id - one.id)
      .slice(page.offset, page.offset + page.limit)
  },
) satisfies typeof real.listRequests

export const requestById = twin((tables, viewer: Viewer, id: number) => {
  const row = isRowId(id) ? tables.coverage_request.get(id) : null
  return row && isSeen(tables, viewer, row) ? row : null
}) satisfies typeof real.requestById

export const lockRequest = twin((tables, id: number) =>
  tables.coverage_request.get(id),
) satisfies typeof real.lockRequest

function pending(tables: MemoryTables): Row[] {
  return [...tables.coverage_request.rows].filter((row) => row.state === 'PENDING')
}

export const countPending = twin(
  (tables, requesterId: number, now: Date) =>
    pending(tables).filter((row) => row.requester_id === requesterId && row.ends_at > now).length,
) satisfies typeof real.countPending

type Wanted = Parameters<typeof real.samePending>[1]

/** What waits on the same schedule, from the same person and about time they share. */
function alike(tables: MemoryTables, wanted: Omit<Wanted, 'asked_id'>): Row[] {
  return pending(tables).filter(
    (row) =>
      row.schedule_id === wanted.schedule_id &&
      row.requester_id === wanted.requester_id &&
      row.starts_at < wanted.ends_at &&
      row.ends_at > wanted.starts_at,
  )
}

export const samePending = twin((tables, wanted: Wanted) =>
  alike(tables, wanted).some((row) => row.asked_id === wanted.asked_id),
) satisfies typeof real.samePending

type New = Parameters<typeof real.insertRequest>[1]

export const insertRequest = twin((tables, request: New, now: Date) => {
  const id = tables.next('coverage_request')
  const begun = { state: 'PENDING', created_at: now, answered_at: null, answer: null }
  return tables.coverage_request.insert({ ...request, id, ...begun })
}) satisfies typeof real.insertRequest

type Ending = Parameters<typeof real.endRequest>[2]

export const endRequest = twin((tables, id: number, ending: Ending, now: Date) => {
  const row = tables.coverage_request.get(id)
  if (row) tables.coverage_request.update(row, { ...ending, answered_at: now })
}) satisfies typeof real.endRequest

export const lockOthers = twin((tables, row: Row) =>
  alike(tables, row)
    .filter((other) => other.id !== row.id)
    .sort((one, other) => one.id - other.id),
) satisfies typeof real.lockOthers
