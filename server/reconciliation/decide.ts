import type { RecordState } from '../integrations/contract.ts'
import { addSeconds } from '../runtime/time.ts'

/** A webhook is on its way for a moment: what changed just now is compared next time. */
const GRACE_SECONDS = 60

/** An open record as the other system lists it. */
export interface OpenRecord {
  folded: string
  createdAt: Date
  changedAt: Date | null
  state: RecordState
}

/** What is known here of a record. */
export interface KnownState {
  folded: string
  eventType: string | null
  hasOpenAlert: boolean
  /** When a delivery or a reading last told of it. */
  heardAt: Date
}

export interface ComparedRecord {
  folded: string
  kind: 'UNKNOWN' | 'REOPENED' | 'STATUS' | 'OVER'
  known: string | null
}

export interface Comparison {
  differences: ComparedRecord[]
  /** Open, from before the source was set up, and unknown here. */
  baseline: string[]
}

/**
 * Compares the open records of both sides. `startedAt`: when the list began to be read; what was heard of since is left for
 * next time. `patient` leaves out what changed a moment ago.
 */
export function compare(
  open: readonly OpenRecord[],
  known: readonly KnownState[],
  how: { baselineAt: Date; includeBaseline: boolean; startedAt: Date; patient: boolean },
): Comparison {
  const knownBy = new Map(known.map((one) => [one.folded, one]))
  const comparison: Comparison = { differences: [], baseline: [] }
  const isFresh = (at: Date | null) => how.patient && at !== null && addSeconds(at, GRACE_SECONDS) > how.startedAt
  for (const record of open) {
    const here = knownBy.get(record.folded)
    if (here && here.heardAt > how.startedAt) continue
    const kind = differenceOf(record, here)
    if (kind === null) continue
    if (kind === 'UNKNOWN' && record.createdAt < how.baselineAt && !how.includeBaseline) {
      comparison.baseline.push(record.folded)
    } else if (!isFresh(record.changedAt ?? record.createdAt)) {
      comparison.differences.push({ folded: record.folded, kind, known: here?.eventType ?? null })
    }
  }
  return comparison
}

/** Alerts are open for them, but the other system does not list them: they must be asked one by one. */
export function missing(listed: ReadonlySet<string>, known: readonly KnownState[], startedAt: Date): string[] {
  return known
    .filter((one) => one.hasOpenAlert && !listed.has(one.folded) && one.heardAt <= startedAt)
    .map((one) => one.folded)
}

function differenceOf(record: OpenRecord, here: KnownState | undefined): ComparedRecord['kind'] | null {
  const { type } = record.state
  if (type === 'NONE' || type === here?.eventType) return null
  if (!here || here.eventType === null || here.eventType === 'NONE') return type === 'ALERT' ? 'UNKNOWN' : null
  return here.eventType === 'RESOLVE' ? 'REOPENED' : 'STATUS'
}
