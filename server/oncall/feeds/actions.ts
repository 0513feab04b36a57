import { randomBytes } from 'node:crypto'
import { type Actor, requireRight } from '../../access/actor.ts'
import { everything } from '../../access/sight.ts'
import { audit } from '../../audit/store.ts'
import type { Database } from '../../database/connection.ts'
import { everKnownPeople, holdPeople, personById } from '../../directory/store.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import { addMinutes } from '../../runtime/time.ts'
import { shiftsOf } from '../decide.ts'
import {
  everKnownSchedules,
  holdSchedules,
  listSchedules,
  loadSchedules,
  type ScheduleRow,
  scheduleRow,
} from '../store.ts'
import { type CalendarEvent, calendarText } from './decide.ts'
import { FEEDS_MAX, type Feed, type FeedInput, type NewFeed } from './schema.ts'
import { deleteFeed, type FeedRow, feedById, feedBySecret, feedsOf, insertFeed, noteRead } from './store.ts'

const SECRET_BYTES = 32
const PAST_DAYS = 30
const AHEAD_DAYS = 180
const SCHEDULES_MAX = 2_000
const DAY_MINUTES = 24 * 60

/** Makes an address at which a calendar reads shifts; it is shown this once. */
export async function addFeed(
  db: Database,
  actor: Actor,
  input: FeedInput,
  publicUrl: string,
  now: Date,
): Promise<NewFeed> {
  const { user, schedule } = input
  if ((user ? 1 : 0) + (schedule ? 1 : 0) !== 1) throw fieldProblem('user.id', 'Say either a person or a schedule.')
  requireOwn(actor, user?.id ?? null)
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  return db.transaction().execute(async (tx) => {
    if (user && !(await holdPeople(tx, [user.id])).has(user.id)) {
      throw fieldProblem('user.id', `There is no person ${user.id}.`)
    }
    if (schedule && !(await holdSchedules(tx, [schedule.id])).has(schedule.id)) {
      throw fieldProblem('schedule.id', `There is no on-call schedule ${schedule.id}.`)
    }
    const whose = user ? { personId: user.id } : { scheduleId: schedule?.id ?? 0 }
    if ((await feedsOf(tx, whose)).length >= FEEDS_MAX) {
      throw fieldProblem(user ? 'user.id' : 'schedule.id', `There are ${FEEDS_MAX} feeds already: revoke one first.`)
    }
    const ownerId = actor.kind === 'person' ? actor.personId : null
    const feed = { secret, personId: user?.id ?? null, scheduleId: schedule?.id ?? null, ownerId }
    const row = await insertFeed(tx, feed, now)
    const details = { personId: feed.personId, scheduleId: feed.scheduleId }
    await audit(
      tx,
      actor,
      { action: 'calendar-feed.created', objectType: 'calendar-feed', objectId: row.id, details },
      now,
    )
    const [shown] = await viewFeeds(tx, [row])
    if (!shown) throw new Problem('not-found', 'There is no such feed.')
    return { ...shown, url: `${publicUrl}/calendar/${secret}.ics` }
  })
}

/** Takes a feed's address away: whoever has it reads nothing more. */
export async function revokeFeed(db: Database, actor: Actor, id: number, now: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const row = await feedById(tx, id)
    if (!row) throw new Problem('not-found', 'There is no such feed.')
    const isOwner = actor.kind === 'person' && (row.owner_id === actor.personId || row.person_id === actor.personId)
    if (!isOwner) requireRight(actor, 'manage')
    await deleteFeed(tx, id)
    await audit(tx, actor, { action: 'calendar-feed.revoked', objectType: 'calendar-feed', objectId: id }, now)
  })
}

function requireOwn(actor: Actor, personId: number | null): void {
  const isOwn = personId === null || (actor.kind === 'person' && actor.personId === personId)
  requireRight(actor, isOwn ? 'read' : 'manage')
}

/** The feeds of a schedule, or those of whoever asks. */
export async function listFeeds(db: Database, actor: Actor, scheduleId: number | null): Promise<Feed[]> {
  requireRight(actor, 'read')
  if (scheduleId !== null) {
    // Others' addresses on the same schedule are theirs.
    const rows = await feedsOf(db, { scheduleId })
    return viewFeeds(
      db,
      rows.filter((row) => actor.kind === 'automation' || row.owner_id === actor.personId),
    )
  }
  return actor.kind === 'person' ? viewFeeds(db, await feedsOf(db, { personId: actor.personId })) : []
}

async function viewFeeds(db: Parameters<typeof everKnownPeople>[0], rows: readonly FeedRow[]): Promise<Feed[]> {
  const people = await everKnownPeople(
    db,
    rows.flatMap((row) => row.person_id ?? []),
  )
  const schedules = await everKnownSchedules(
    db,
    rows.flatMap((row) => row.schedule_id ?? []),
  )
  return rows.map((row) => {
    const person = people.get(row.person_id ?? 0)
    const schedule = schedules.find(({ id }) => id === row.schedule_id)
    return {
      id: row.id,
      user: person ? { id: person.id, name: `${person.firstName} ${person.lastName}`.trim() } : null,
      schedule: schedule ? { id: schedule.id, name: schedule.name } : null,
      createdAt: row.created_at.toISOString(),
      lastReadAt: row.last_read_at?.toISOString() ?? null,
    }
  })
}

/** What a calendar reads at a feed's address; null when the address was revoked, or what it tells of is gone. */
export async function readFeed(db: Database, secret: string, now: Date): Promise<string | null> {
  const feed = await feedBySecret(db, secret)
  if (!feed) return null
  const rows = await schedulesOfFeed(db, feed)
  if (!rows) return null
  const interval = { from: addMinutes(now, -PAST_DAYS * DAY_MINUTES), until: addMinutes(now, AHEAD_DAYS * DAY_MINUTES) }
  const stored = await loadSchedules(db, rows, interval)
  const shifts = stored.flatMap(({ row, rules }) =>
    shiftsOf(rules, interval)
      .filter(({ userId }) => feed.person_id === null || userId === feed.person_id)
      .map((shift) => ({ ...shift, schedule: row })),
  )
  const people = await everKnownPeople(
    db,
    shifts.map(({ userId }) => userId),
  )
  const events = shifts.map((shift): CalendarEvent => {
    const person = people.get(shift.userId)
    const name = person ? `${person.firstName} ${person.lastName}`.trim() : 'Somebody'
    const cause = shift.cause.kind === 'layer' ? `Layer ${shift.cause.layer}` : 'Override or drawn shift'
    return {
      uid: `schedule-${shift.schedule.id}-${shift.start.getTime()}-${shift.userId}@tocsin`,
      start: shift.start,
      end: shift.end,
      summary: feed.person_id === null ? `${name}: ${shift.schedule.name}` : `On call: ${shift.schedule.name}`,
      description: `${name} is on call on ${shift.schedule.name}. ${cause}.`,
    }
  })
  await noteRead(db, feed.id, now)
  const title = feed.person_id === null ? (rows[0]?.name ?? 'On-call') : 'My on-call shifts'
  return calendarText(title, events, now)
}

async function schedulesOfFeed(db: Database, feed: FeedRow): Promise<ScheduleRow[] | null> {
  // Who made the address may be gone: then it is nobody's to give.
  if (feed.owner_id !== null && !(await personById(db, feed.owner_id))) return null
  if (feed.schedule_id !== null) {
    const row = await scheduleRow(db, feed.schedule_id)
    return row && [row]
  }
  if (!(await personById(db, feed.person_id ?? 0))) return null
  return listSchedules(db, everything, { offset: 0, limit: SCHEDULES_MAX })
}
