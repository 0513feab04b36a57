import type { Evidence, NextStepEvidence, PlannedIntent } from '../../trace/schema.ts'

/** A row of the trace, as far as the auditor reads it. */
export interface Testimony {
  at: Date
  evidence: Evidence
}

export interface AuditedClimb {
  policy: unknown
  climb: number
  levelIndex: number
  round: number
  dueAt: Date | null
  stoppedAt: Date | null
}

export interface AuditedIntent {
  id: string
  personId: number
  contactId: number
  channel: string
  target: string
  status: string
  dueAt: Date
  leaseUntil: Date | null
}

/** A climb as it began last, and its number. */
export interface ClimbEvidence {
  policy: unknown
  startedAt: string
  climb: number
  next: NextStepEvidence
}

export interface AuditedAlert {
  status: string
  climb: AuditedClimb | null
  intents: readonly AuditedIntent[]
  /** Oldest first. */
  trace: readonly Testimony[]
}

export type Fault =
  /** The climb is gone; `evidence` null: nothing says how it stood, so it begins anew. */
  | { kind: 'timer-missing'; evidence: ClimbEvidence | null }
  | { kind: 'timer-altered'; policy: unknown; climb: number; next: NextStepEvidence }
  /** Somebody answered, or everybody was asked, and yet it goes on. */
  | { kind: 'timer-left' }
  | { kind: 'page-missing'; plan: PlannedIntent; ended: string | null }
  | { kind: 'page-altered'; plan: PlannedIntent; ended: string | null }

/** Beyond these a waiting page's times cannot be its own: retries are at most a minute apart, leases shorter. */
const WAIT_MS_MAX = 2 * 60_000

/**
 * What does not stand as the decisions say it must. Pure: the trace is the evidence, the rows are what is looked at. Of an
 * alert that somebody answered a timer that still runs is a fault, and what is wrong with pages to people who were asked
 * to help since: nothing else can page anybody.
 */
export function findFaults(alert: AuditedAlert, now: Date): Fault[] {
  if (alert.status === 'PENDING') return [...timerFaults(alert), ...pageFaults(alert, () => true, now)]
  const left: Fault[] = alert.climb && alert.climb.dueAt !== null ? [{ kind: 'timer-left' }] : []
  return alert.status === 'ACCEPTED' ? [...left, ...pageFaults(alert, (plan) => plan.kind === 'INVITE', now)] : left
}

function timerFaults({ climb, trace }: AuditedAlert): Fault[] {
  // People may have sent the alert another way since: the last beginning counts.
  const policy = trace.findLast((one) => one.evidence.policy !== undefined)?.evidence
  const number = policy?.climb ?? 1
  const next = trace.findLast((one) => one.evidence.next !== undefined)?.evidence.next
  if (!climb) {
    if (next === null) return []
    const known = policy?.policy !== undefined && policy.startedAt !== undefined && next !== undefined
    const evidence = known ? { policy: policy.policy, startedAt: policy.startedAt ?? '', climb: number, next } : null
    return [{ kind: 'timer-missing', evidence }]
  }
  if (next === null) return climb.dueAt === null ? [] : [{ kind: 'timer-left' }]
  // Without evidence it began before there was a trace.
  if (!next) return []
  const isTrue =
    climb.stoppedAt === null &&
    climb.dueAt?.toISOString() === next.dueAt &&
    climb.levelIndex === next.levelIndex &&
    climb.round === next.round &&
    climb.climb === number &&
    (policy?.policy === undefined || isSame(climb.policy, policy.policy))
  return isTrue ? [] : [{ kind: 'timer-altered', policy: policy?.policy ?? climb.policy, climb: number, next }]
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function pageFaults({ intents, trace }: AuditedAlert, isConcern: (plan: PlannedIntent) => boolean, now: Date): Fault[] {
  const rows = new Map(intents.map((intent) => [intent.id, intent]))
  const endings = new Map(
    trace.flatMap(({ evidence }) => (evidence.ended ?? []).map((one) => [one.intent, one.status])),
  )
  const plans = trace.flatMap(({ evidence }) => evidence.intents ?? []).filter(isConcern)
  return plans.flatMap((plan): Fault[] => {
    const row = rows.get(plan.id)
    const ended = endings.get(plan.id) ?? null
    if (!row) return [{ kind: 'page-missing', plan, ended }]
    return isAsTold(row, plan, ended, now) ? [] : [{ kind: 'page-altered', plan, ended }]
  })
}

function isAsTold(row: AuditedIntent, plan: PlannedIntent, ended: string | null, now: Date): boolean {
  const isWhose =
    row.personId === plan.personId &&
    row.contactId === plan.contactId &&
    row.channel === plan.channel &&
    row.target === plan.target
  if (!isWhose) return false
  if (ended !== null) return row.status === ended
  if (row.status !== 'SCHEDULED' && row.status !== 'SENDING') return false
  const latest = now.getTime() + WAIT_MS_MAX
  // A page that was planned for later may wait until then.
  const planned = plan.dueAt === undefined ? 0 : new Date(plan.dueAt).getTime()
  const isInTime = row.dueAt.getTime() <= Math.max(latest, planned)
  return isInTime && (row.leaseUntil === null || row.leaseUntil.getTime() <= latest)
}

/** What is told of a fault, as the end of a sentence. */
export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'timer-missing':
      return fault.evidence ? 'the timer of its escalation was gone' : 'it had no escalation at all'
    case 'timer-altered':
      return 'the timer of its escalation did not stand as decided'
    case 'timer-left':
      return 'its escalation went on although it was over'
    case 'page-missing':
      return `the page to ${fault.plan.target} was gone`
    case 'page-altered':
      return `the page to ${fault.plan.target} did not stand as decided`
  }
}
