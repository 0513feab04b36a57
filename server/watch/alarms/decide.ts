/** How the installation stands, as far as an alarm may be about it. */
export interface WatchFacts {
  /** Open alerts of other sources that nobody answered, with nobody left to ask. */
  unattended: number
  /** Damage the auditor found and nobody has seen yet. */
  findings: number
  /** Age of the oldest delivery that is due and not read, in seconds. */
  unreadSeconds: number
  /** Deliveries of a day that could not be processed, were set aside, and not replayed since. */
  setAside: number
  /** How late the most overdue step of an escalation is, in seconds. */
  lateSeconds: number
  /** Changes in an hour that no delivery told, and that a comparison found. */
  healed: number
  /** Expired tokens refused in an hour, of the source with the most. */
  expired: number
}

export interface Notice {
  type: 'ALERT' | 'RESOLVE'
  key: AlarmKey
  summary: string
  details: string
}

export type AlarmKey = 'unattended' | 'findings' | 'set-aside' | 'unread' | 'late' | 'missed' | 'expired'

/** Deliveries must not lie unread for longer (invariants.md ING-2). */
const UNREAD_SECONDS_MAX = 300
const LATE_SECONDS_MAX = 60
/** One webhook may get lost; three in an hour have a reason (invariants.md DED-9, SEC-6). */
const MISSED_MAX = 2
const EXPIRED_MAX = 2

/**
 * What to raise and what to end. `told`: how far each alarm went when it was last raised, 0 when it is not; so a person who
 * resolves the alert is not told the same again, and is told when it gets worse.
 */
export function decideAlarms(
  facts: WatchFacts,
  told: ReadonlyMap<AlarmKey, number>,
): { notices: Notice[]; levels: Map<AlarmKey, number> } {
  const levels = new Map<AlarmKey, number>([
    ['unattended', facts.unattended],
    ['findings', facts.findings],
    ['set-aside', facts.setAside],
    ['unread', facts.unreadSeconds > UNREAD_SECONDS_MAX ? 1 : 0],
    ['late', facts.lateSeconds > LATE_SECONDS_MAX ? 1 : 0],
    ['missed', facts.healed > MISSED_MAX ? 1 : 0],
    ['expired', facts.expired > EXPIRED_MAX ? 1 : 0],
  ])
  const notices = [...levels].flatMap(([key, level]): Notice[] => {
    const before = told.get(key) ?? 0
    if (level > before) return [{ type: 'ALERT', key, ...alarmText(key, level, facts) }]
    if (level === 0 && before > 0) return [{ type: 'RESOLVE', key, summary: OVER[key], details: '' }]
    return []
  })
  return { notices, levels }
}

function alarmText(key: AlarmKey, level: number, facts: WatchFacts): { summary: string; details: string } {
  switch (key) {
    case 'unattended':
      return {
        summary: level === 1 ? 'An alert is unattended' : `${level} alerts are unattended`,
        details: 'Nobody answered, or nobody could be reached, and nobody is left to ask. The last resort was told.',
      }
    case 'findings':
      return {
        summary: level === 1 ? 'The auditor put one thing right' : `The auditor put ${level} things right`,
        details:
          'A timer or a page did not stand as decided. Something else writes into the database, or Tocsin erred.',
      }
    case 'set-aside':
      return {
        summary: level === 1 ? 'A delivery was set aside' : `${level} deliveries were set aside`,
        details:
          level === 1
            ? 'Reading it failed again and again, so nobody is asked about what it tells. It stands in the delivery log as quarantined: mend the cause, and replay it.'
            : 'Reading them failed again and again, so nobody is asked about what they tell. They stand in the delivery log as quarantined: mend the cause, and replay them.',
      }
    case 'unread':
      return {
        summary: 'Deliveries lie unread',
        details: `The oldest has waited for ${Math.round(facts.unreadSeconds)} seconds.`,
      }
    case 'missed':
      return {
        summary: 'Deliveries do not arrive',
        details: `${facts.healed} changes of the last hour were found by comparing, and no delivery told them. See whether the webhooks are disabled.`,
      }
    case 'expired':
      return {
        summary: 'Signed deliveries arrive too late',
        details: `${facts.expired} deliveries of the last hour were refused because their token had expired. See whether a clock is wrong.`,
      }
    case 'late':
      return {
        summary: 'Escalation steps are late',
        details: `The most overdue is late by ${Math.round(facts.lateSeconds)} seconds.`,
      }
  }
}

const OVER: Record<AlarmKey, string> = {
  unattended: 'No alert is unattended any more',
  findings: "The auditor's findings were seen",
  'set-aside': 'What was set aside is replayed, or older than a day',
  unread: 'Deliveries are read in time again',
  missed: 'Deliveries arrive again',
  expired: 'Signed deliveries arrive in time again',
  late: 'Escalation steps are in time again',
}
