import type { FindingRow } from './auditor/store.ts'
import { reasonsToBeSilent } from './heartbeat/decide.ts'
import type { HeartbeatState } from './heartbeat/heartbeat.ts'
import type { Finding, SelfCheck } from './schema.ts'

/** What this node saw of itself, as a list people can read. */
export function selfCheckView(state: HeartbeatState, findings: readonly FindingRow[]): SelfCheck {
  const reasons = state.pulse ? reasonsToBeSilent(state.pulse) : []
  return { checks: checksOf(state), heartbeat: heartbeatView(state, reasons), findings: findings.map(findingView) }
}

function checksOf({ pulse }: HeartbeatState): SelfCheck['checks'] {
  if (!pulse) return []
  const all = {
    canCommit: true,
    silentMs: 0,
    unreadSeconds: 0,
    lateSeconds: 0,
    auditedSecondsAgo: 0,
    brokenChannels: [],
  }
  // Each fact is judged alone, by the same rules as the whole.
  const check = (code: string, label: string, facts: Partial<typeof pulse>, well: string) => {
    const [reason] = reasonsToBeSilent({ ...all, ...facts })
    return { code, label, ok: reason === undefined, text: reason ?? well }
  }
  const { canCommit, silentMs, unreadSeconds, lateSeconds, auditedSecondsAgo, brokenChannels } = pulse
  return [
    check('database', 'Database', { canCommit }, 'It commits.'),
    check('engine', 'Engine', { silentMs }, 'Every station turns.'),
    check('deliveries', 'Deliveries', { unreadSeconds }, 'They are read as they come.'),
    check('escalation', 'Escalation', { lateSeconds }, 'Its steps are in time.'),
    check('channels', 'E-mail', { brokenChannels }, 'The mail server takes messages.'),
    check('auditor', 'Auditor', { auditedSecondsAgo }, 'Every open alert was looked at within the last minute.'),
  ]
}

function heartbeatView(state: HeartbeatState, reasons: readonly string[]): SelfCheck['heartbeat'] {
  const isWell = state.pulse !== null && reasons.length === 0
  if (!state.hasWatcher) {
    const text = 'No watcher is set: if this installation goes down, nobody is told. Set TOCSIN_HEARTBEAT_URL.'
    return { hasWatcher: false, isBeating: false, text }
  }
  if (!isWell)
    return { hasWatcher: true, isBeating: false, text: 'The watcher is not called while something is wrong.' }
  return state.callTrouble === null
    ? { hasWatcher: true, isBeating: true, text: 'The watcher is called every ten seconds.' }
    : { hasWatcher: true, isBeating: false, text: state.callTrouble }
}

function findingView(row: FindingRow): Finding {
  return {
    id: row.id,
    at: row.at.toISOString(),
    kind: row.kind,
    text: row.text,
    alert: { id: row.alert_id },
    dismissedAt: row.dismissed_at?.toISOString() ?? null,
  }
}
