/** The words of 4me that a request or problem may have (facts/4me.md 2 and 3). */
export type Kind = 'request' | 'problem'

export const STATUSES: Record<Kind, readonly string[]> = {
  request: [
    'declined',
    'on_backlog',
    'assigned',
    'accepted',
    'in_progress',
    'waiting_for',
    'waiting_for_customer',
    'reservation_pending',
    'workflow_pending',
    'project_pending',
    'completed',
  ],
  problem: [
    'declined',
    'on_backlog',
    'assigned',
    'accepted',
    'in_progress',
    'waiting_for',
    'analyzed',
    'change_requested',
    'workflow_pending',
    'project_pending',
    'progress_halted',
    'solved',
  ],
}

export const CATEGORIES: Record<Kind, readonly string[]> = {
  request: [
    'incident',
    'rfc',
    'rfi',
    'reservation',
    'order',
    'fulfillment',
    'complaint',
    'compliment',
    'other',
    'case',
  ],
  problem: ['reactive', 'proactive'],
}

export const IMPACTS: Record<Kind, readonly string[]> = {
  request: ['low', 'medium', 'high', 'top'],
  problem: ['none', 'low', 'medium', 'high', 'top'],
}

export const COMPLETION_REASONS = [
  'solved',
  'workaround',
  'gone',
  'duplicate',
  'withdrawn',
  'no_reply',
  'rejected',
  'conflict',
  'declined',
  'unsolvable',
] as const

export const MAJOR_INCIDENT_STATUSES = ['proposed', 'rejected', 'accepted', 'resolved', 'canceled'] as const

/** The status that ends a record. */
export const TERMINAL: Record<Kind, string> = { request: 'completed', problem: 'solved' }

/** Everything a webhook of this sandbox can be made for. */
export const WEBHOOK_EVENTS = [
  'automation_rule',
  'problem.create',
  'problem.manager-changed',
  'problem.member-changed',
  'problem.note-added',
  'problem.status-changed',
  'problem.team-changed',
  'problem.update',
  'request.agile-board-column-changed',
  'request.create',
  'request.major-incident-status-changed',
  'request.member-changed',
  'request.note-added',
  'request.status-changed',
  'request.team-changed',
  'request.update',
] as const

const LABELS: Record<string, string> = {
  rfc: 'RFC – Request for Change',
  rfi: 'RFI – Request for Information',
  waiting_for: 'Waiting for…',
  waiting_for_customer: 'Waiting for Customer',
}
const IMPACT_LABELS: Record<string, string> = {
  none: 'None – Service Not Degraded',
  low: 'Low – Service Degraded for One User',
  medium: 'Medium – Service Down for One User',
  high: 'High – Service Degraded for Several Users',
  top: 'Top – Service Down for Several Users',
}

/** A word as a screen shows it. */
export function labelOf(word: string): string {
  return (
    LABELS[word] ??
    word
      .split('_')
      .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
      .join(' ')
  )
}

/** An impact as a screen shows it. */
export function impactLabel(impact: string): string {
  return IMPACT_LABELS[impact] ?? labelOf(impact)
}
