import { type Chance, chanceOf } from '../chance.ts'
import { dutiesOf, type PlannedAction, type PlannedReceiver, type PlannedReminder } from './plan-duties.ts'

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
  /** By their place in the plan, like all that follows. */
  people: number[]
  teams: number[]
  schedules: number[]
}

/** Somebody's time on call, in milliseconds since the simulation began. */
export interface PlannedShift {
  person: number
  fromMs: number
  untilMs: number
}

export interface PlannedSchedule {
  shifts: PlannedShift[]
  /** The later one goes over the earlier one. */
  overrides: PlannedShift[]
}

/** A caller that must not fall silent. */
export interface PlannedMonitor {
  intervalSeconds: number
  /** Of a hundred intervals, in how many it falls silent for longer than one. */
  silentPercent: number
}

export interface PlannedPolicy {
  levels: PlannedLevel[]
  rounds: number
  delayMinutes: number
  acceptTimeoutMinutes: number | null
}

export interface PlannedSource {
  type: 'API' | 'FOURME' | 'HEARTBEAT'
  policy: number
  priority: 'HIGH' | 'LOW'
  grouping: string
  autoResolution: string | null
  /** Whether its integration may ask the other system for facts. */
  hasSettings: boolean
  /** Whether people's answers are written into the other system. */
  writesBack: boolean
  /** What becomes of a record that is opened again. */
  reopen: 'NEW_ALERT' | 'REOPEN' | 'IGNORE'
  monitors: PlannedMonitor[]
  /** How many incidents it tells of in a day. */
  incidentsPerDay: number
}

export interface PlannedRule {
  priority: 'HIGH' | 'LOW'
  method: 'EMAIL' | 'SMS' | 'VOICE'
  /** By place among the person's contacts; null: all of the method. */
  contact: number | null
  delayMinutes: number
}

export interface PlannedPerson {
  role: 'OWNER' | 'RESPONDER'
  /** Those that were confirmed; without any there is one that was not. */
  contacts: ('EMAIL' | 'PHONE')[]
  rules: PlannedRule[]
  /** Whether they want to hear what became of what they were asked about. */
  wantsUpdates: boolean
  /** When they want quiet, in Vienna; null: never. */
  quiet: { from: string; to: string } | null
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
  /** Pages of one source to one contact before they are told in a summary; 0: never. */
  stormPages: number
  /** People who were chosen as last resort; empty: owners and admins. */
  lastResort: number[]
  people: PlannedPerson[]
  /** Who is in each team. */
  teams: number[][]
  schedules: PlannedSchedule[]
  policies: PlannedPolicy[]
  sources: PlannedSource[]
  actions: PlannedAction[]
  reminders: PlannedReminder[]
  /** The places that alert actions call. */
  receiver: PlannedReceiver
  provider: {
    latencyMsMax: number
    retryPercent: number
    lossPercent: number
    refusePercent: number
    /** Of a hundred refusals, how many say that nothing will ever arrive there. */
    gonePercent: number
    /** Of a hundred messages that it confirms, how many are never confirmed, and how many did not arrive. */
    silentPercent: number
    failPercent: number
  }
  sender: { duplicatePercent: number; latePercent: number; lateMsMax: number }
}

const HOUR_MS = 3_600_000
/** Beyond it nobody is on call any more. */
const SCHEDULED_MS = 30 * 24 * HOUR_MS
/** Monitors are looked at every 20 seconds, so that they cost more than everything else. */
const MONITORED_PERCENT = 10
const TIMEOUTS = [0, 1, 5, 5, 15, 15, 30, 60, 240, 1_440, 4_320] as const
const GROUPINGS = ['ONE_OPEN_ALERT_ALLOWED', 'ONE_PENDING_ALERT_ALLOWED', 'ONE_ALERT_GROUPED_PER_WINDOW'] as const

/** Makes the world of a seed: who is there, how they are, and what may go wrong. */
export function planOf(seed: number): Plan {
  const chance = chanceOf(seed, 'plan')
  const people = Array.from({ length: chance.between(1, 8) }, () => person(chance))
  const everybody = [...people.keys()]
  const teams = Array.from({ length: chance.oneOf([0, 0, 1, 2]) }, () => chance.some(everybody, chance.between(0, 3)))
  const schedules = Array.from({ length: chance.oneOf([0, 0, 1, 2]) }, () => scheduleOf(chance, people.length))
  const cast = { people: people.length, teams: teams.length, schedules: schedules.length }
  const policies = Array.from({ length: chance.between(1, 3) }, () => policyOf(chance, cast))
  const sources = Array.from({ length: chance.between(1, 3) }, () => source(chance, policies.length))
  if (chance.percent(MONITORED_PERCENT)) sources.push({ ...source(chance, policies.length), ...heartbeats(chance) })
  return {
    seed,
    nodes: chance.oneOf([1, 1, 2, 3]),
    slotsMax: chance.oneOf([1, 1, 2, 6]),
    roadMsMax: chance.oneOf([0, 0, 0, 5, 200]),
    faults: new Set(FAULTS.filter(() => chance.percent(chance.oneOf([0, 30, 60])))),
    faultEveryMs: chance.magnitude(HOUR_MS / 2, 24 * HOUR_MS),
    stormPages: chance.oneOf([0, 0, 3]),
    lastResort: chance.percent(50) ? chance.some(everybody, chance.between(1, 3)) : [],
    people,
    teams,
    schedules,
    policies,
    sources,
    ...dutiesOf(seed, { people: people.length, schedules: schedules.length, sources: sources.length }),
    provider: {
      latencyMsMax: chance.oneOf([50, 2_000, 40_000]),
      retryPercent: chance.oneOf([0, 0, 5, 30]),
      lossPercent: chance.oneOf([0, 0, 5]),
      refusePercent: chance.oneOf([0, 0, 2]),
      gonePercent: chance.oneOf([0, 20]),
      silentPercent: chance.oneOf([0, 5, 50]),
      failPercent: chance.oneOf([0, 5]),
    },
    sender: {
      duplicatePercent: chance.oneOf([0, 5, 30]),
      latePercent: chance.oneOf([0, 5, 30]),
      lateMsMax: chance.oneOf([60_000, HOUR_MS, 72 * HOUR_MS]),
    },
  }
}

function person(chance: Chance): PlannedPerson {
  const contacts = chance.oneOf<PlannedPerson['contacts']>([
    ['EMAIL'],
    ['EMAIL'],
    ['EMAIL', 'PHONE'],
    ['EMAIL', 'PHONE'],
    ['PHONE'],
    ['EMAIL', 'EMAIL'],
    [],
  ])
  return {
    role: chance.percent(25) ? 'OWNER' : 'RESPONDER',
    contacts,
    rules: rulesFor(contacts, chance),
    wantsUpdates: chance.percent(20),
    quiet: chance.percent(15) ? { from: '22:00', to: '07:00' } : null,
    answersPercent: chance.oneOf([0, 20, 60, 95]),
    patienceMs: chance.oneOf([2 * 60_000, HOUR_MS / 2, 4 * HOUR_MS]),
  }
}

/** Rules as somebody might make them: mostly every contact at once, at times late, for one priority only, or none at all. */
function rulesFor(contacts: PlannedPerson['contacts'], chance: Chance): PlannedRule[] {
  if (chance.percent(10)) return []
  return contacts.flatMap((kind, contact): PlannedRule[] => {
    const method = kind === 'EMAIL' ? ('EMAIL' as const) : chance.oneOf(['SMS', 'VOICE'] as const)
    const delayMinutes = contact === 0 ? 0 : chance.oneOf([0, 0, 2, 10])
    const rule = { method, contact: chance.percent(80) ? contact : null, delayMinutes }
    if (contact > 0 && chance.percent(30)) return []
    return [
      { ...rule, priority: 'HIGH' },
      ...(contact === 0 && chance.percent(85) ? [{ ...rule, priority: 'LOW' as const }] : []),
    ]
  })
}

/** A policy as somebody might make it, with levels that reach nobody among it. */
export function policyOf(chance: Chance, cast: { people: number; teams: number; schedules: number }): PlannedPolicy {
  const allOf = (length: number) => Array.from({ length }, (_, index) => index)
  return {
    levels: Array.from({ length: chance.oneOf([0, 1, 1, 2, 2, 3, 3, 5, 7, 10]) }, () => ({
      timeoutMinutes: chance.oneOf(TIMEOUTS),
      people: chance.some(allOf(cast.people), chance.oneOf([0, 1, 1, 2, 2, 3])),
      teams: chance.some(allOf(cast.teams), chance.oneOf([0, 0, 1])),
      schedules: chance.some(allOf(cast.schedules), chance.oneOf([0, 0, 1])),
    })),
    rounds: chance.oneOf([1, 1, 2, 2, 3]),
    delayMinutes: chance.oneOf([0, 0, 0, 1, 5, 60]),
    acceptTimeoutMinutes: chance.oneOf([null, null, null, null, 30, 240]),
  }
}

/** Shifts one after the other, some with a gap between, and at times somebody else instead. */
function scheduleOf(chance: Chance, people: number): PlannedSchedule {
  const span = (fromMs: number, lengthMs: number): PlannedShift => {
    return { person: chance.between(0, people - 1), fromMs, untilMs: fromMs + lengthMs }
  }
  const shifts: PlannedShift[] = []
  const lengthMs = chance.oneOf([8, 24, 168]) * HOUR_MS
  for (let fromMs = -lengthMs; fromMs < SCHEDULED_MS; fromMs += lengthMs) {
    if (chance.percent(90)) shifts.push(span(fromMs, lengthMs))
  }
  const overrides = Array.from({ length: chance.between(0, 12) }, () =>
    span(chance.between(0, SCHEDULED_MS), chance.magnitude(HOUR_MS, 48 * HOUR_MS)),
  )
  return { shifts, overrides }
}

function heartbeats(chance: Chance): Partial<PlannedSource> {
  const monitors = Array.from({ length: chance.between(1, 2) }, () => ({
    intervalSeconds: chance.oneOf([300, 900, 3_600]),
    silentPercent: chance.oneOf([0, 2, 5]),
  }))
  return { type: 'HEARTBEAT', grouping: 'ONE_ALERT_PER_EMAIL', autoResolution: null, hasSettings: false, monitors }
}

function source(chance: Chance, policies: number): PlannedSource {
  const type = chance.oneOf(['API', 'FOURME'] as const)
  return {
    type,
    policy: chance.between(0, policies - 1),
    priority: chance.percent(85) ? 'HIGH' : 'LOW',
    grouping: type === 'API' && chance.percent(20) ? chance.oneOf(GROUPINGS) : 'ONE_ALERT_PER_EMAIL',
    autoResolution: type === 'API' && chance.percent(20) ? chance.oneOf(['PT30M', 'PT4H', 'PT72H']) : null,
    reopen: chance.oneOf(['NEW_ALERT', 'NEW_ALERT', 'REOPEN', 'IGNORE'] as const),
    monitors: [],
    writesBack: chance.percent(60),
    hasSettings: type === 'FOURME' && chance.percent(50),
    incidentsPerDay: chance.magnitude(5, 160) / 10,
  }
}
