import type { Actor } from '../../access/actor.ts'
import type { Viewer } from '../../access/sight.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { holdPeople } from '../../directory/store.ts'
import { GRACE_MINUTES, putOnCall, requireMayPut } from '../../oncall/actions.ts'
import { type Interval, shiftsOf } from '../../oncall/decide.ts'
import { loadSchedules, lockSchedule, type ScheduleRow } from '../../oncall/store.ts'
import { invariant } from '../../runtime/invariant.ts'
import { fieldProblem } from '../../runtime/problem.ts'
import { addMinutes, later } from '../../runtime/time.ts'
import { covers, joined, sharesOf } from './decide.ts'
import { REPLACED_DAYS_MAX, type ReplacementInput, type ReplacementPreview, type ReplacementSpan } from './schema.ts'
import { viewReplacement } from './view.ts'

const DAY_MS = 86_400_000

/** What would change; changes nothing. */
export async function previewReplacement(
  db: Database,
  actor: Actor,
  viewer: Viewer,
  input: ReplacementSpan,
  now: Date,
): Promise<ReplacementPreview> {
  const people = peopleOf(actor, input)
  const intervals = intervalsOf(input, now)
  return db.transaction().execute(async (tx) => {
    await requirePeople(tx, people)
    return viewReplacement(tx, viewer, people, intervals)
  })
}

/** One person takes shifts of another, all of them or none. */
export async function replaceShifts(db: Database, actor: Actor, input: ReplacementInput, now: Date): Promise<void> {
  const people = peopleOf(actor, input)
  const wanted = input.shifts.map((one, index) => ({ ...readStretch(one, index, now), index }))
  // In one order, so that two who do this at once wait for each other rather than for ever.
  const bySchedule = [...Map.groupBy(wanted, ({ scheduleId }) => scheduleId)].sort(([a], [b]) => a - b)
  await db.transaction().execute(async (tx) => {
    const rows = new Map<number, ScheduleRow>()
    for (const [id, [first]] of bySchedule) {
      const row = await lockSchedule(tx, id)
      if (!row) throw fieldProblem(`shifts.${first?.index ?? 0}.schedule.id`, `There is no on-call schedule ${id}.`)
      rows.set(id, row)
    }
    await requirePeople(tx, people)
    for (const [id, stretches] of bySchedule) {
      const row = rows.get(id)
      invariant(row, 'every schedule was locked')
      await replaceOn(tx, actor, people, row, stretches, now)
    }
  })
}

type People = { from: number; to: number }
type Wanted = { scheduleId: number; start: Date; end: Date; index: number }

async function replaceOn(
  tx: Tx,
  actor: Actor,
  people: People,
  row: ScheduleRow,
  stretches: readonly Wanted[],
  now: Date,
): Promise<void> {
  const interval = {
    from: new Date(Math.min(...stretches.map(({ start }) => start.getTime()))),
    until: new Date(Math.max(...stretches.map(({ end }) => end.getTime()))),
  }
  const [stored] = await loadSchedules(tx, [row], interval)
  const shares = stored ? sharesOf(people.from, shiftsOf(stored.rules, interval), interval) : []
  for (const { start, end, index } of stretches) {
    if (!covers(shares, start, end)) {
      throw fieldProblem(`shifts.${index}.start`, `The shifts on ${row.name} have changed: look at them again.`)
    }
  }
  const overrides = stretches.map(({ start, end }) => ({ userId: people.to, start, end }))
  await putOnCall(tx, actor, row.id, overrides, now)
}

function readStretch(one: ReplacementInput['shifts'][number], index: number, now: Date): Omit<Wanted, 'index'> {
  const [start, end] = [new Date(one.start), new Date(one.end)]
  if (end <= start) throw fieldProblem(`shifts.${index}.end`, 'It ends before it begins.')
  if (start < addMinutes(now, -GRACE_MINUTES)) {
    throw fieldProblem(`shifts.${index}.start`, 'It lies in the past: an override begins now or later.')
  }
  if (end <= now) throw fieldProblem(`shifts.${index}.end`, 'It is over already.')
  return { scheduleId: one.schedule.id, start: later(start, now), end }
}

/** The times that were said, from now on; those that overlap are one. */
function intervalsOf(input: ReplacementSpan, now: Date): Interval[] {
  const read = input.spans.map((span, index): Interval => {
    const field = `spans.${index}.until`
    const [from, until] = [later(new Date(span.from), now), new Date(span.until)]
    if (until <= new Date(span.from)) throw fieldProblem(field, 'It lies before from.')
    if (until <= now) throw fieldProblem(field, 'It is over already.')
    if (until.getTime() - now.getTime() > REPLACED_DAYS_MAX * DAY_MS) {
      throw fieldProblem(field, `It lies more than ${REPLACED_DAYS_MAX} days ahead.`)
    }
    return { from, until }
  })
  return joined(read)
}

function peopleOf(actor: Actor, input: Pick<ReplacementInput, 'user' | 'replacement'>): People {
  requireMayPut(actor, input.replacement.id)
  const from = input.user?.id ?? (actor.kind === 'person' ? actor.personId : null)
  if (from === null) throw fieldProblem('user.id', 'Say whose shifts.')
  if (from === input.replacement.id) throw fieldProblem('replacement.id', 'Choose somebody else.')
  return { from, to: input.replacement.id }
}

async function requirePeople(tx: Tx, { from, to }: People): Promise<void> {
  const living = await holdPeople(tx, [from, to])
  if (!living.has(from)) throw fieldProblem('user.id', `There is no person ${from}.`)
  if (!living.has(to)) throw fieldProblem('replacement.id', `There is no person ${to}.`)
}
