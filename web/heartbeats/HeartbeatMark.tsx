import type { HeartbeatState } from '../../server/heartbeats/schema.ts'
import { Mark, type MarkShape, type MarkTone } from '../components/Mark.tsx'

const MARKS: Record<HeartbeatState, { shape: MarkShape; tone: MarkTone; word: string }> = {
  UNKNOWN: { shape: 'dots', tone: 'muted', word: 'No call yet' },
  HEALTHY: { shape: 'check', tone: 'good', word: 'In time' },
  OVERDUE: { shape: 'triangle', tone: 'danger', word: 'Overdue' },
}

/** Whether a monitor was called in time. */
export function HeartbeatMark({ state }: { state: HeartbeatState }) {
  return <Mark {...MARKS[state]} />
}
