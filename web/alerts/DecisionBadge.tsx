import { Badge, type BadgeTone } from '../components/Badge.tsx'

const STATIONS: Record<string, string> = {
  intake: 'Intake',
  alerts: 'Alert',
  lookups: 'Look-up',
  escalation: 'Escalation',
  notifications: 'Notification',
  'last-resort': 'Last resort',
  auditor: 'Auditor',
}

const TONES: Record<string, BadgeTone> = {
  open: 'danger',
  ask: 'accent',
  hurry: 'accent',
  skip: 'caution',
  'leave-out': 'caution',
  retry: 'caution',
  fail: 'danger',
  end: 'danger',
  repair: 'caution',
  accept: 'good',
  assign: 'accent',
  reroute: 'accent',
  escalate: 'accent',
  raise: 'caution',
  resolve: 'good',
  send: 'good',
  ignore: 'caution',
  'set-aside': 'danger',
  bundle: 'caution',
}

/** The part of the product that decided. */
export function stationName(station: string): string {
  return STATIONS[station] ?? station
}

/** What was decided, in a word. */
export function DecisionBadge({ decision }: { decision: string }) {
  return <Badge tone={TONES[decision] ?? 'plain'}>{decision.replaceAll('-', ' ')}</Badge>
}
