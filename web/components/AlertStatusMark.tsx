import type { AlertStatus } from '../../server/alerts/schema.ts'
import { Mark, type MarkShape, type MarkTone } from './Mark.tsx'

const MARKS: Record<AlertStatus, { shape: MarkShape; tone: MarkTone; word: string }> = {
  PENDING: { shape: 'triangle', tone: 'danger', word: 'Pending' },
  ACCEPTED: { shape: 'half', tone: 'caution', word: 'Accepted' },
  RESOLVED: { shape: 'check', tone: 'good', word: 'Resolved' },
}

/** An alert's state by shape, colour and word. */
export function AlertStatusMark({ status, wordless = false }: { status: AlertStatus; wordless?: boolean }) {
  return <Mark {...MARKS[status]} wordless={wordless} />
}
