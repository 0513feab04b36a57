import { GroupingFields } from '../GroupingFields.tsx'
import type { StepProps } from './WizardPage.tsx'

/** One alert or many. */
export function GroupingStep({ draft, change }: StepProps) {
  return <GroupingFields value={draft.grouping} onChange={(grouping) => change({ grouping })} />
}
