import type { DeliveryOutcome } from '../../server/intake/schema.ts'
import { Mark, type MarkShape, type MarkTone } from '../components/Mark.tsx'

export const outcomes: Record<DeliveryOutcome, { shape: MarkShape; tone: MarkTone; word: string }> = {
  NEW: { shape: 'dots', tone: 'accent', word: 'New' },
  APPLIED: { shape: 'check', tone: 'good', word: 'Applied' },
  DUPLICATE: { shape: 'double', tone: 'muted', word: 'Duplicate' },
  IGNORED: { shape: 'dash', tone: 'muted', word: 'Ignored' },
  QUARANTINED: { shape: 'triangle', tone: 'danger', word: 'Quarantined' },
}

/** What became of a delivery. */
export function OutcomeMark({ outcome }: { outcome: DeliveryOutcome }) {
  return <Mark {...outcomes[outcome]} />
}
