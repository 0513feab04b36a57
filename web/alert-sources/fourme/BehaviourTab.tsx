import type { AlertSource, Integration } from '../../../server/alert-sources/schema.ts'
import { FilterForm } from './FilterForm.tsx'
import { PolicyForm } from './PolicyForm.tsx'
import { ReopenForm } from './ReopenForm.tsx'
import { StatusTable } from './StatusTable.tsx'
import { TargetForm } from './TargetForm.tsx'
import { WeightForm } from './WeightForm.tsx'
import { WriteBackForm } from './WriteBackForm.tsx'

type Props = { source: AlertSource; integration: Integration }

/** What records of 4me do here, and what is done here does there. */
export function BehaviourTab({ source, integration }: Props) {
  return (
    <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="grid min-w-0 content-start gap-4">
        <StatusTable source={source} integration={integration} />
        <FilterForm source={source} />
        <PolicyForm source={source} />
      </div>
      <div className="grid min-w-0 content-start gap-4">
        <WeightForm source={source} integration={integration} />
        <ReopenForm source={source} />
        <TargetForm source={source} />
        <WriteBackForm source={source} />
      </div>
    </div>
  )
}
