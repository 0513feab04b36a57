import { type Chance, chanceOf } from '../chance.ts'

/** Everything that can go wrong; each seed has some of it. */
export const FAULTS = [
  'crash',
  'power-cut',
  'restart',
  'pause',
  'refused-commit',
  'lost-commit',
  'broken-statement',
  'deadlock',
  'cut-connection',
  'database-away',
  'clock-jump',
  'clock-back',
  'provider-down',
  'poison',
  'policy-edit',
  'person-removed',
] as const
export type Fault = (typeof FAULTS)[number]

export interface PlannedLevel {
  timeoutMinutes: number
  /** People by their place in the plan. */
  people: number[]
}

export interface PlannedPolicy {
  levels: PlannedLevel[]
  rounds: number
  delayMinutes: number
}

export interface PlannedSource {
  type: 'API' | 'FOURME'
  policy: number
  priority: 'HIGH' | 'LOW'
  grouping: string
  autoResolution: string | null
  /** Whether its integration may ask the other system for facts. */
  hasSettings: boolean
  /** How many incidents it tells of in a day. */
  incidentsPerDay: number
}

export interface PlannedPerson {
  contacts: number
  /** Of a hundred pages, how many are answered. */
  answersPercent: number
  /** The slowest answer. */
  patienceMs: number
}

/** The world of one seed. */
export interface Plan {
  seed: number
  nodes: number
  slotsMax: number
  /** Milliseconds that one way to the database takes at most; 0: no time at all. */
  roadMsMax: number
  faults: ReadonlySet<Fault>
  /** Milliseconds between faults, on average. */
  faultEveryMs: number
  people: PlannedPerson[]
  policies: PlannedPolicy[]
  sources: PlannedSource[]
  provider: { latencyMsMax: number; retryPercent: number; lossPercent: number; refusePercent: number }
  sender: { duplicatePercent: number; latePercent: number; lateMsMax: number }
}

const HOUR_MS = 3_600_000
const TIMEOUTS = [0, 1, 5, 5, 15, 15, 30, 60, 240, 1_440, 4_320] as const
const GROUPINGS = ['ONE_OPEN_ALERT_ALLOWED', 'ONE_PENDING_ALERT_ALLOWED', 'ONE_ALERT_GROUPED_PER_WINDOW'] as const

/** Makes the world of a seed: who is there, how they are, and what may go wrong. */
export function planOf(seed: number): Plan {
  const chance = chanceOf(seed, 'plan')
  const people = Array.from({ length: chance.between(1, 8) }, () => person(chance))
  const policies = Array.from({ length: chance.between(1, 3) }, () => policyOf(chance, people.length))
  return {
    seed,
    nodes: chance.oneOf([1, 1, 2, 3]),
    slotsMax: chance.oneOf([1, 1, 2, 6]),
    roadMsMax: chance.oneOf([0, 0, 0, 5, 200]),
    faults: new Set(FAULTS.filter(() => chance.percent(chance.oneOf([0, 30, 60])))),
    faultEveryMs: chance.magnitude(HOUR_MS / 2, 24 * HOUR_MS),
    people,
    policies,
    sources: Array.from({ length: chance.between(1, 3) }, () => source(chance, policies.length)),
    provider: {
      latencyMsMax: chance.oneOf([50, 2_000, 40_000]),
      retryPercent: chance.oneOf([0, 0, 5, 30]),
      lossPercent: chance.oneOf([0, 0, 5]),
      refusePercent: chance.oneOf([0, 0, 2]),
    },
    sender: {
      duplicatePercent: chance.oneOf([0, 5, 30]),
      latePercent: chance.oneOf([0, 5, 30]),
      lateMsMax: chance.oneOf([60_000, HOUR_MS, 72 * HOUR_MS]),
    },
  }
}

function person(chance: Chance): PlannedPerson {
  return {
    contacts: chance.oneOf([1, 1, 1, 1, 2, 0]),
    answersPercent: chance.oneOf([0, 20, 60, 95]),
    patienceMs: chance.oneOf([2 * 60_000, HOUR_MS / 2, 4 * HOUR_MS]),
  }
}

/** A policy as somebody might make it, with levels that reach nobody among it. */
export function policyOf(chance: Chance, people: number): PlannedPolicy {
  const everybody = Array.from({ length: people }, (_, index) => index)
  return {
    levels: Array.from({ length: chance.oneOf([0, 1, 1, 2, 2, 3, 3, 5, 7, 10]) }, () => ({
      timeoutMinutes: chance.oneOf(TIMEOUTS),
      people: chance.some(everybody, chance.oneOf([0, 1, 1, 2, 2, 3])),
    })),
    rounds: chance.oneOf([1, 1, 2, 2, 3]),
    delayMinutes: chance.oneOf([0, 0, 0, 1, 5, 60]),
  }
}

function source(chance: Chance, policies: number): PlannedSource {
  const type = chance.oneOf(['API', 'FOURME'] as const)
  return {
    type,
    policy: chance.between(0, policies - 1),
    priority: chance.percent(85) ? 'HIGH' : 'LOW',
    grouping: type === 'API' && chance.percent(20) ? chance.oneOf(GROUPINGS) : 'ONE_ALERT_PER_EMAIL',
    autoResolution: type === 'API' && chance.percent(20) ? chance.oneOf(['PT30M', 'PT4H', 'PT72H']) : null,
    hasSettings: type === 'FOURME' && chance.percent(50),
    incidentsPerDay: chance.magnitude(5, 160) / 10,
  }
}
