/** What the heartbeat stands for, read just now; null where it could not be read. */
export interface Pulse {
  canCommit: boolean
  /** Milliseconds since the slowest station began its last turn. */
  silentMs: number
  unreadSeconds: number | null
  lateSeconds: number | null
  /** Seconds since the auditor's last round; null when it made none. */
  auditedSecondsAgo: number | null
  /** Why each way to send does not work; empty when all do. `null`: there is no way to send at all. */
  brokenChannels: readonly string[] | null
}

const SECONDS_MAX = 60
const AUDIT_SECONDS_MAX = 50

/** Why the heartbeat must not beat, in sentences; empty when all is well (invariants.md OPS-1). */
export function reasonsToBeSilent(pulse: Pulse): string[] {
  if (!pulse.canCommit) return ['The database cannot commit.']
  const reasons: string[] = []
  if (pulse.silentMs > SECONDS_MAX * 1_000) reasons.push('A station of the engine hangs.')
  if (pulse.unreadSeconds === null || pulse.lateSeconds === null) reasons.push('The backlog cannot be read.')
  if ((pulse.unreadSeconds ?? 0) > SECONDS_MAX)
    reasons.push(`A delivery lies unread for ${Math.round(pulse.unreadSeconds ?? 0)} s.`)
  if ((pulse.lateSeconds ?? 0) > SECONDS_MAX)
    reasons.push(`An escalation step or a page is late by ${Math.round(pulse.lateSeconds ?? 0)} s.`)
  if (pulse.auditedSecondsAgo === null || pulse.auditedSecondsAgo > AUDIT_SECONDS_MAX)
    reasons.push('The auditor is silent.')
  if (pulse.brokenChannels === null) reasons.push('There is no way to send: SMTP_URL is not set.')
  else reasons.push(...pulse.brokenChannels)
  return reasons
}
