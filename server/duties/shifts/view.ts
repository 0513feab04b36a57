import type { Viewer } from '../../access/sight.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { everKnownPeople, usableContacts } from '../../directory/store.ts'
import { type Interval, shiftsOf } from '../../oncall/decide.ts'
import { listSchedules, loadSchedules, type ScheduleRow, type StoredSchedule } from '../../oncall/store.ts'
import { referenceOf } from '../../oncall/view.ts'
import { invariant } from '../../runtime/invariant.ts'
import { type Stretch, sharesOf, stretchesOf } from './decide.ts'
import type { OwnShift, ReplacementPreview } from './schema.ts'

const SCHEDULES_MAX = 2_000

/** Every schedule that was not deleted and that the viewer sees, with what says who is on call. */
export async function allSchedules(db: Database | Tx, viewer: Viewer, interval: Interval): Promise<StoredSchedule[]> {
  return loadSchedules(db, await listSchedules(db, viewer, { offset: 0, limit: SCHEDULES_MAX }), interval)
}

/** When a person is on call in an interval, over all schedules that the viewer sees, in order; whole shifts. */
export async function viewOwnShifts(
  db: Database | Tx,
  viewer: Viewer,
  personId: number,
  interval: Interval,
): Promise<OwnShift[]> {
  const stored = await allSchedules(db, viewer, interval)
  return stored
    .flatMap(({ row, rules }) =>
      stretchesOf(shiftsOf(rules, interval))
        .filter(({ userId }) => userId === personId)
        .map((stretch) => viewStretch(row, stretch)),
    )
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start))
}

/** A stretch of somebody on a schedule, as the API shows it. */
export function viewStretch(row: ScheduleRow, { start, end }: Stretch): OwnShift {
  return {
    schedule: { ...referenceOf(row), timezone: row.timezone },
    start: start.toISOString(),
    end: end.toISOString(),
  }
}

/** What changes when one person takes the shifts of another in these intervals. */
export async function viewReplacement(
  db: Database | Tx,
  viewer: Viewer,
  people: { from: number; to: number },
  intervals: readonly Interval[],
): Promise<ReplacementPreview> {
  const whole = {
    from: new Date(Math.min(...intervals.map(({ from }) => from.getTime()))),
    until: new Date(Math.max(...intervals.map(({ until }) => until.getTime()))),
  }
  const stored = await allSchedules(db, viewer, whole)
  const known = await everKnownPeople(db, [people.from, people.to])
  const [from, to] = [known.get(people.from), known.get(people.to)]
  invariant(from && to, 'people who were checked are there')
  const shares = (one: StoredSchedule, id: number) => {
    const shifts = shiftsOf(one.rules, whole)
    return intervals.flatMap((interval) => sharesOf(id, shifts, interval))
  }
  const busy = stored.map((one) => ({ row: one.row, shares: shares(one, people.to) }))
  const changes = stored.flatMap((one) =>
    shares(one, people.from).map((share) => ({
      ...viewStretch(one.row, share),
      from,
      to,
      alsoOnCall: busy
        .filter(({ row }) => row.id !== one.row.id)
        .filter((other) => other.shares.some(({ start, end }) => start < share.end && end > share.start))
        .map(({ row }) => row.name),
    })),
  )
  return {
    changes: changes.sort((a, b) => Date.parse(a.start) - Date.parse(b.start)),
    contacts: (await usableContacts(db, [people.to])).length,
  }
}
