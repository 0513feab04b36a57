import type { Team } from '../../server/directory/schema.ts'
import type { EscalationRule, EscalationRuleInput } from '../../server/escalation/schema.ts'
import type { Schedule } from '../../server/oncall/schema.ts'
import type { Person } from '../api/directory.ts'
import type { Choice } from '../components/MultiSelect.tsx'
import { nameOf } from '../components/person-name.ts'

/** Whom a level can ask: one number each, for lists that choose by number. */
type Kind = 'users' | 'schedules' | 'teams'
const KINDS: readonly Kind[] = ['users', 'schedules', 'teams']

export interface Askable {
  people: readonly Person[]
  schedules: readonly Schedule[]
  teams: readonly Team[]
}

const codeOf = (kind: Kind, id: number) => id * KINDS.length + KINDS.indexOf(kind)
const idsOf = (codes: readonly number[], kind: Kind) =>
  codes
    .filter((code) => code % KINDS.length === KINDS.indexOf(kind))
    .map((code) => ({ id: Math.floor(code / KINDS.length) }))

/** A saved level's targets as codes. */
export function codesOf(rule: EscalationRule): number[] {
  return KINDS.flatMap((kind) => rule[kind].map(({ id }) => codeOf(kind, id)))
}

/** Codes as the API wants them. */
export function targetsOf(codes: readonly number[]): Pick<EscalationRuleInput, Kind> {
  return { users: idsOf(codes, 'users'), schedules: idsOf(codes, 'schedules'), teams: idsOf(codes, 'teams') }
}

/** Everybody and everything a level can ask. */
export function choicesOf({ people, schedules, teams }: Askable): Choice[] {
  return [
    ...people.map((one) => ({ id: codeOf('users', one.id), label: nameOf(one), hint: one.email })),
    ...schedules.map((one) => ({ id: codeOf('schedules', one.id), label: one.name, hint: 'On-call schedule' })),
    ...teams.map((one) => ({ id: codeOf('teams', one.id), label: one.name, hint: 'Team' })),
  ]
}

/** Whom a level asks, in the words of a sentence. */
export function namesOf(codes: readonly number[], { people, schedules, teams }: Askable): string[] {
  const targets = targetsOf(codes)
  return [
    ...(targets.users ?? []).map(({ id }) => {
      const person = people.find((one) => one.id === id)
      return person ? nameOf(person) : 'somebody'
    }),
    ...(targets.schedules ?? []).map(({ id }) => {
      const schedule = schedules.find((one) => one.id === id)
      const now = schedule?.currentShift ? nameOf(schedule.currentShift.user) : 'nobody'
      return `who is on call on ${schedule?.name ?? 'a schedule'} (now ${now})`
    }),
    ...(targets.teams ?? []).map(({ id }) => `the team ${teams.find((one) => one.id === id)?.name ?? ''}`.trim()),
  ]
}
