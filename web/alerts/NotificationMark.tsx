import type { NotificationStatus } from '../../server/notifications/schema.ts'
import { Mark, type MarkShape, type MarkTone } from '../components/Mark.tsx'

const MARKS: Record<NotificationStatus, { shape: MarkShape; tone: MarkTone; word: string }> = {
  SCHEDULED: { shape: 'dots', tone: 'caution', word: 'Sending' },
  SUCCESS: { shape: 'check', tone: 'good', word: 'Sent' },
  ERROR: { shape: 'cross', tone: 'danger', word: 'Failed' },
  BUNDLED: { shape: 'dots', tone: 'muted', word: 'Bundled' },
  CANCELLED: { shape: 'dash', tone: 'muted', word: 'Not needed' },
}

/** How one notification went. */
export function NotificationMark({ status }: { status: NotificationStatus }) {
  return <Mark {...MARKS[status]} />
}
