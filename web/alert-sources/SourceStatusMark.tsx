import type * as z from 'zod'
import type { AlertSourceStatus } from '../../server/alert-sources/schema.ts'
import { Mark, type MarkShape, type MarkTone } from '../components/Mark.tsx'

const MARKS: Record<z.infer<typeof AlertSourceStatus>, { shape: MarkShape; tone: MarkTone; word: string }> = {
  PENDING: { shape: 'triangle', tone: 'danger', word: 'Pending' },
  ALL_ACCEPTED: { shape: 'half', tone: 'caution', word: 'Accepted' },
  ALL_RESOLVED: { shape: 'check', tone: 'good', word: 'All clear' },
  IN_MAINTENANCE: { shape: 'dash', tone: 'muted', word: 'In maintenance' },
  DISABLED: { shape: 'dash', tone: 'muted', word: 'Disabled' },
}

/** How a source's alerts stand, all together. */
export function SourceStatusMark({ status }: { status: z.infer<typeof AlertSourceStatus> }) {
  return <Mark {...MARKS[status]} />
}
