import type { MaintenanceWindow } from '../../server/maintenance/schema.ts'
import { Mark, type MarkShape, type MarkTone } from '../components/Mark.tsx'

const MARKS: Record<MaintenanceWindow['status'], { shape: MarkShape; tone: MarkTone; word: string }> = {
  ACTIVE: { shape: 'half', tone: 'caution', word: 'Running' },
  SCHEDULED: { shape: 'dots', tone: 'accent', word: 'Planned' },
  ENDED: { shape: 'dash', tone: 'muted', word: 'Over' },
}

/** Whether maintenance runs, comes or is over. */
export function MaintenanceMark({ status }: { status: MaintenanceWindow['status'] }) {
  return <Mark {...MARKS[status]} />
}
