import { useState } from 'react'
import { useIntegrations } from '../../api/alert-sources.ts'
import { FilterField, RoutingField } from '../rules/FlowFields.tsx'
import { PreviewPanel, type Trial } from '../rules/PreviewPanel.tsx'
import { type RuleDraft, ruleInput } from '../rules/rule-draft.ts'
import { TextFields } from '../rules/TextFields.tsx'
import { useTrial } from '../rules/useTrial.ts'
import type { StepProps } from './WizardPage.tsx'

/** Custom alert templates, routing and filter, tried on an example of the integration. */
export function TemplatesPart({ draft, change }: Pick<StepProps, 'draft' | 'change'>) {
  const integration = useIntegrations().data?.find((one) => one.type === draft.integrationType)
  const [typed, setTyped] = useState<Trial | null>(null)
  const trial = typed ?? { deliveryId: null, body: integration?.example ?? '' }
  const { preview, failure, errors } = useTrial(null, ruleInput(draft.rules), trial, {
    integrationType: draft.integrationType,
    alertPriorityRule: draft.priority,
  })
  const changeRules = (changed: Partial<RuleDraft>) => change({ rules: { ...draft.rules, ...changed } })
  const parts = { draft: draft.rules, change: changeRules, fields: integration?.fields ?? [], errors }
  return (
    <div className="grid gap-5">
      <h3 className="text-sm font-semibold">Custom alert templates</h3>
      <TextFields {...parts} />
      <RoutingField {...parts} />
      <FilterField {...parts} />
      <PreviewPanel source={null} trial={trial} onTrial={setTyped} preview={preview} failure={failure} />
    </div>
  )
}
