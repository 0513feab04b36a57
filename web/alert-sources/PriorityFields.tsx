import { useId } from 'react'
import type { Priority } from '../../server/alerts/schema.ts'
import { RadioCard } from '../components/RadioCard.tsx'

type Props = { value: Priority; onChange: (value: Priority) => void }

/** How loudly a source's alerts ring. */
export function PriorityFields({ value, onChange }: Props) {
  const name = useId()
  return (
    <fieldset className="grid gap-2.5">
      <legend className="mb-2 text-sm font-medium">Notification priority</legend>
      <RadioCard
        name={name}
        label="High"
        hint="Escalates through all levels until somebody answers."
        checked={value === 'HIGH'}
        onChange={() => onChange('HIGH')}
      />
      <RadioCard
        name={name}
        label="Low"
        hint="Only the first level is asked; nobody is asked after it."
        checked={value === 'LOW'}
        onChange={() => onChange('LOW')}
      />
    </fieldset>
  )
}
