import type { Viewer } from '../../../../server/access/sight.ts'
import { SHIFT_DAYS_MAX } from '../../../../server/oncall/schema.ts'
import type * as real from '../../../../server/oncall/store.ts'
import { seesOwned } from '../../memory/sight.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/oncall/store.ts'

export const everKnownSchedules = twin((tables, ids: readonly number[]) =>
  [...new Set(ids)].sort((one, other) => one - other).flatMap((id) => tables.schedule.get(id) ?? []),
) satisfies typeof real.everKnownSchedules

export const listSchedules = twin((tables, viewer: Viewer, page: { offset: number; limit: number }) =>
  [...tables.schedule.rows]
    .filter((row) => row.deleted_at === null)
    .filter((row) => seesOwned(tables, viewer, 'schedule', row.id))
    .sort((one, other) => one.id - other.id)
    .slice(page.offset, page.offset + page.limit),
) satisfies typeof real.listSchedules

/** What a whole shift at the end of an interval may still depend on. */
const REACH_MS = (SHIFT_DAYS_MAX + 1) * 86_400_000

type Rows = readonly real.ScheduleRow[]

export const loadSchedules = twin((tables, rows: Rows, interval: { from: Date; until: Date }) => {
  if (rows.length === 0) return []
  const fromMs = interval.from.getTime() - REACH_MS
  const untilMs = interval.until.getTime() + REACH_MS
  const spans = (all: Iterable<real.SpanRow>, scheduleId: number) =>
    [...all]
      .filter((row) => row.schedule_id === scheduleId)
      .filter((row) => row.ends_at.getTime() > fromMs && row.starts_at.getTime() < untilMs)
      .sort((one, other) => one.id - other.id)
      .map((row) => ({ id: row.id, userId: row.person_id, start: row.starts_at, end: row.ends_at }))
  return rows.map((row) => ({
    row,
    rules: {
      timezone: row.timezone,
      editions: [...tables.schedule_edition.rows]
        .filter((edition) => edition.schedule_id === row.id)
        .sort((one, other) => (one.valid_from?.getTime() ?? 0) - (other.valid_from?.getTime() ?? 0))
        .map(({ valid_from, layers }) => ({ from: valid_from, layers })),
      shifts: spans(tables.schedule_shift.rows, row.id),
      overrides: spans(tables.schedule_override.rows, row.id),
    },
  }))
}) satisfies typeof real.loadSchedules
