import type { PersonReference } from '../../directory/schema.ts'
import { onCallAt, type Schedule, type ShiftCause, shiftsOf } from '../../oncall/decide.ts'

/** Whom a level asks. */
export interface Targets {
  userIds: readonly number[]
  scheduleIds?: readonly number[]
  teamIds?: readonly number[]
  inTurn?: boolean
}

/** What is known of people, schedules and teams. */
export interface Known {
  /** Living people. */
  person(id: number): PersonReference | undefined
  /** Also of people who were removed. */
  name(id: number): string
  canBeAsked(id: number): boolean
  /** Until when the person does not want to be asked; null: not muted. */
  mutedUntil(id: number): Date | null
  schedule(id: number): { name: string; isRemoved: boolean; rules: Schedule } | undefined
  team(id: number): { name: string; memberIds: readonly number[] } | undefined
}

export interface Wanted {
  personId: number
  /** What put the person here, in a few words; null: the level names them. */
  by: string | null
}

export interface LeftOut {
  rule: string
  /** One sentence. */
  reason: string
  people: number[]
}

export interface LevelPeople {
  /** Whom to ask, each once. */
  people: Wanted[]
  leftOut: LeftOut[]
}

/**
 * Whom a level asks at an instant, and why; who is left out, and why. `lastAsked` is whom a level that asks in turn asked last.
 */
export function decidePeople(
  level: Targets & { name: string; takenOff?: readonly number[] },
  known: Known,
  at: Date,
  lastAsked: number | null,
): LevelPeople {
  const leftOut: LeftOut[] = []
  const wanted: Wanted[] = level.userIds.map((personId) => ({ personId, by: null }))
  for (const id of level.scheduleIds ?? []) wanted.push(...ofSchedule(id, known, at, leftOut))
  for (const id of level.teamIds ?? []) wanted.push(...ofTeam(id, known, leftOut))
  const people: Wanted[] = []
  const seen = new Set<number>()
  for (const one of wanted) {
    if (seen.has(one.personId)) continue
    seen.add(one.personId)
    const trouble = troubleOf(one, level, known, at)
    if (trouble) leftOut.push(trouble)
    else people.push(one)
  }
  return level.inTurn ? nextInTurn(level.name, people, leftOut, known, lastAsked) : { people, leftOut }
}

function ofSchedule(id: number, known: Known, at: Date, leftOut: LeftOut[]): Wanted[] {
  const schedule = known.schedule(id)
  if (!schedule || schedule.isRemoved) {
    leftOut.push({ rule: 'schedule-removed', reason: `The schedule ${schedule?.name ?? id} was removed.`, people: [] })
    return []
  }
  const shift = onCallAt(schedule.rules, at)
  if (shift?.cause.kind === 'override') {
    const [usual] = shiftsOf(schedule.rules, { from: at, until: new Date(at.getTime() + 1) }, { overrides: false })
    if (usual && usual.userId !== shift.userId) {
      const reason = `${known.name(usual.userId)} would be on call on ${schedule.name}, but an override says otherwise.`
      leftOut.push({ rule: 'overridden', reason, people: [usual.userId] })
    }
  }
  if (shift) return [{ personId: shift.userId, by: `on call on ${schedule.name} ${causeText(shift.cause)}` }]
  leftOut.push({ rule: 'nobody-on-call', reason: `Nobody is on call on ${schedule.name}.`, people: [] })
  return []
}

function causeText(cause: ShiftCause): string {
  switch (cause.kind) {
    case 'layer':
      return `by its layer ${cause.layer}`
    case 'shift':
      return 'by a shift'
    case 'override':
      return 'by an override'
  }
}

function ofTeam(id: number, known: Known, leftOut: LeftOut[]): Wanted[] {
  const team = known.team(id)
  if (!team) {
    leftOut.push({ rule: 'team-removed', reason: `The team ${id} was removed.`, people: [] })
    return []
  }
  if (team.memberIds.length === 0) {
    leftOut.push({ rule: 'team-empty', reason: `The team ${team.name} has nobody who answers alerts.`, people: [] })
  }
  return team.memberIds.map((personId) => ({ personId, by: `in the team ${team.name}` }))
}

function troubleOf(
  { personId, by }: Wanted,
  level: { name: string; takenOff?: readonly number[] },
  known: Known,
  at: Date,
): LeftOut | null {
  const where = `${known.name(personId)} ${by === null ? `stands on ${level.name}` : `is ${by}`}`
  if (level.takenOff?.includes(personId)) {
    return { rule: 'taken-off-alert', reason: `${where} but was taken off this alert.`, people: [personId] }
  }
  if (!known.person(personId)) {
    return { rule: 'person-removed', reason: `${where} but was removed.`, people: [personId] }
  }
  const mutedUntil = known.mutedUntil(personId)
  if (mutedUntil !== null && mutedUntil > at) {
    return { rule: 'muted', reason: `${where} but is muted until ${mutedUntil.toISOString()}.`, people: [personId] }
  }
  if (known.canBeAsked(personId)) return null
  const reason = `${where} but has no contact that works, or wants no such alerts.`
  return { rule: 'no-way-to-reach', reason, people: [personId] }
}

/** The person after the one who was asked last; whoever comes later waits. */
function nextInTurn(
  level: string,
  people: readonly Wanted[],
  leftOut: readonly LeftOut[],
  known: Known,
  lastAsked: number | null,
): LevelPeople {
  const last = people.findIndex(({ personId }) => personId === lastAsked)
  const next = people[(last + 1) % people.length]
  if (!next) return { people: [], leftOut: [...leftOut] }
  const others = people.filter((one) => one !== next).map(({ personId }) => personId)
  if (others.length === 0) return { people: [next], leftOut: [...leftOut] }
  const names = others.map((id) => known.name(id)).join(', ')
  const reason = `${names} ${others.length === 1 ? 'waits' : 'wait'}: ${level} asks one person at a time, in turn.`
  return { people: [next], leftOut: [...leftOut, { rule: 'not-in-turn', reason, people: others }] }
}
