import { useState } from 'react'
import { Switch } from '../../components/Switch.tsx'
import { PriorityFields } from '../PriorityFields.tsx'
import { HIGH } from '../priority.ts'
import { emptyRules } from '../rules/rule-draft.ts'
import { TemplatesPart } from './TemplatesPart.tsx'
import type { StepProps } from './WizardPage.tsx'

/** The rest, all of it optional. */
export function SettingsStep({ draft, change }: StepProps) {
  const [open, setOpen] = useState(JSON.stringify(draft.rules) !== JSON.stringify(emptyRules))
  return (
    <div className="grid gap-6">
      <p className="text-sm text-muted">All of this can be changed later.</p>
      <PriorityFields
        plain
        value={{ ...HIGH, rule: draft.priority }}
        onChange={({ rule }) => change({ priority: rule === 'LOW' ? 'LOW' : 'HIGH' })}
      />
      <Switch
        label="Write templates, routing or a filter now"
        hint="Left off, the integration writes the texts, and every event counts."
        checked={open}
        onChange={(event) => {
          setOpen(event.target.checked)
          if (!event.target.checked) change({ rules: emptyRules })
        }}
      />
      {open && <TemplatesPart draft={draft} change={change} />}
    </div>
  )
}
