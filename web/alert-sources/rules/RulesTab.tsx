import { type FormEvent, useState } from 'react'
import type { AlertSource, Integration } from '../../../server/alert-sources/schema.ts'
import { inputOf, useSaveAlertSource } from '../../api/alert-sources.ts'
import { useDeliveries } from '../../api/deliveries.ts'
import { sentenceOf } from '../../api/problem.ts'
import { useKnownFields } from '../../api/rules.ts'
import { Button } from '../../components/Button.tsx'
import { Notice } from '../../components/Notice.tsx'
import { Section } from '../../components/Page.tsx'
import { SkeletonPage } from '../../components/Skeleton.tsx'
import { toast } from '../../components/toast-store.ts'
import { FilterField, RoutingField, TypeFields } from './FlowFields.tsx'
import { LabelFields, PriorityMapping, SeverityMapping } from './MappingFields.tsx'
import { PreviewPanel, type Trial } from './PreviewPanel.tsx'
import { draftOfRules, type RuleDraft, ruleInput } from './rule-draft.ts'
import { TextFields } from './TextFields.tsx'
import { useTrial } from './useTrial.ts'

type Props = { source: AlertSource; integration: Integration }

/** What is said about a source's events: their texts, which count, who is asked, how urgent they are. */
export function RulesTab({ source, integration }: Props) {
  const deliveries = useDeliveries({ source: source.id })
  if (!deliveries.data) return <SkeletonPage />
  const latest = deliveries.data.pages[0]?.find((one) => one.event !== 'webhook.verify')
  return <RulesForm source={source} integration={integration} latest={latest?.id ?? null} />
}

function RulesForm({ source, integration, latest }: Props & { latest: string | null }) {
  const [draft, setDraft] = useState<RuleDraft>(() => draftOfRules(source))
  const [trial, setTrial] = useState<Trial>({ deliveryId: latest, body: integration.example ?? '' })
  const [problem, setProblem] = useState<string | null>(null)
  const save = useSaveAlertSource()
  const fields = useKnownFields(source.id).data ?? []
  const { preview, failure, errors } = useTrial(source.id, ruleInput(draft), trial, {
    alertPriorityRule: source.alertPriorityRule,
  })
  const saved = JSON.stringify(ruleInput(draftOfRules(source)))
  const isDirty = JSON.stringify(ruleInput(draft)) !== saved
  const change = (changed: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...changed }))
  const parts = { draft, change, fields, errors }

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setProblem(null)
    try {
      const now = await save.mutateAsync({ id: source.id, input: { ...inputOf(source), ...ruleInput(draft) } })
      setDraft(draftOfRules(now))
      toast('Saved. What arrives from now on follows these rules.')
    } catch (error) {
      setProblem(sentenceOf(error))
    }
  }

  return (
    <div className="grid max-w-page grid-cols-1 gap-4 p-4 md:p-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <form className="grid min-w-0 content-start gap-4" onSubmit={submit} noValidate>
        <Part title="Texts" hint="Type {{ and the fields of past deliveries are offered.">
          <TextFields {...parts} />
        </Part>
        <Part title="Event filter">
          <FilterField {...parts} />
        </Part>
        <Part title="Who is asked">
          <RoutingField {...parts} />
        </Part>
        <Part title="Priority">
          <PriorityMapping {...parts} />
        </Part>
        <Part title="Severity and labels">
          <SeverityMapping {...parts} />
          <LabelFields {...parts} />
        </Part>
        <Part title="Event types" hint="For senders that do not say what an event is, or say it otherwise.">
          <TypeFields {...parts} ownKeys={source.integrationType === 'FOURME'} />
        </Part>
        <div className="z-30 -mx-1 grid gap-2 border-t bg-canvas px-1 py-3 md:sticky md:bottom-0">
          {problem && <Notice tone="danger">{problem}</Notice>}
          <div className="flex items-center justify-end gap-2">
            {isDirty && <Button onClick={() => setDraft(draftOfRules(source))}>Discard changes</Button>}
            <Button type="submit" tone="primary" disabled={!isDirty} busy={save.isPending}>
              Save
            </Button>
          </div>
        </div>
      </form>
      <div className="min-w-0 content-start lg:sticky lg:top-18 lg:self-start">
        <PreviewPanel source={source.id} trial={trial} onTrial={setTrial} preview={preview} failure={failure} />
      </div>
    </div>
  )
}

function Part({ title, hint, children }: { title: string; hint?: string; children: React.ReactNode }) {
  return (
    <Section title={title} hint={hint}>
      <div className="grid gap-4">{children}</div>
    </Section>
  )
}
