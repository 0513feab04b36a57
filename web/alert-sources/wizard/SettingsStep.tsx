import { PriorityFields } from '../PriorityFields.tsx'
import type { StepProps } from './WizardPage.tsx'

/** The rest, all of it optional. */
export function SettingsStep({ draft, change }: StepProps) {
  return (
    <div className="grid gap-4">
      <p className="text-sm text-muted">All of this can be changed later.</p>
      <PriorityFields value={draft.priority} onChange={(priority) => change({ priority })} />
    </div>
  )
}
