import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useBlocker, useNavigate, useSearchParams } from 'react-router'
import { sentenceOf } from '../../api/problem.ts'
import { Button } from '../../components/Button.tsx'
import { Dialog } from '../../components/Dialog.tsx'
import { Notice } from '../../components/Notice.tsx'
import { Page } from '../../components/Page.tsx'
import {
  emptyDraft,
  missingOn,
  reachableStep,
  stepTitles,
  type WizardDraft,
  type WizardStep,
  wizardSteps,
} from './draft.ts'
import { keepDraft, loadDraft } from './draft-storage.ts'
import { EscalationStep } from './EscalationStep.tsx'
import { GroupingStep } from './GroupingStep.tsx'
import { NameStep } from './NameStep.tsx'
import { Progress } from './Progress.tsx'
import { SettingsStep } from './SettingsStep.tsx'
import { TypeStep } from './TypeStep.tsx'
import { useFinish } from './useFinish.ts'

export type StepProps = { draft: WizardDraft; change: (changed: Partial<WizardDraft>) => void; problem: string | null }

const STEPS: Record<WizardStep, (props: StepProps) => React.ReactNode> = {
  type: TypeStep,
  name: NameStep,
  escalation: EscalationStep,
  grouping: GroupingStep,
  settings: SettingsStep,
}

const ONWARD: Record<WizardStep, string> = {
  type: 'Next',
  name: 'Next',
  escalation: 'Next',
  grouping: 'Continue setup',
  settings: 'Finish setup',
}

/** From nothing to an alert source, one question at a time. */
export function WizardPage() {
  const [draft, setDraft] = useState(loadDraft)
  const [problem, setProblem] = useState<string | null>(null)
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const leaving = useRef(false)
  const finish = useFinish()
  const step = reachableStep(search.get('step'), draft)
  const index = wizardSteps.indexOf(step)
  const heading = useStepFocus(step)

  const change = (changed: Partial<WizardDraft>) => {
    const next = { ...draft, ...changed }
    setDraft(next)
    keepDraft(next)
    setProblem(null)
  }
  const isStarted = JSON.stringify(draft) !== JSON.stringify(emptyDraft)
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      isStarted && !leaving.current && currentLocation.pathname !== nextLocation.pathname,
  )
  const goTo = (to: WizardStep | undefined) => {
    setProblem(null)
    if (to) navigate(`?step=${to}`)
  }

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const missing = missingOn(step, draft)
    if (missing) return setProblem(missing)
    if (step !== 'settings') return goTo(wizardSteps[index + 1])
    try {
      const source = await finish.run(draft, change)
      leaving.current = true
      keepDraft(null)
      navigate(`/alert-sources/${source.id}/ready`, { replace: true })
    } catch (error) {
      setProblem(sentenceOf(error))
    }
  }

  const Step = STEPS[step]
  return (
    <Page
      title="Create new alert source"
      back={{ to: '/alert-sources', label: 'Alert sources' }}
      tabs={<Progress step={step} draft={draft} />}
    >
      <form className="grid max-w-form grid-cols-1 gap-6 px-4 py-6 md:px-6" onSubmit={submit} noValidate>
        <h2 ref={heading} tabIndex={-1} className="text-xl font-semibold outline-none">
          {stepTitles[step]}
        </h2>
        <Step draft={draft} change={change} problem={problem} />
        {problem && step !== 'name' && <Notice tone="danger">{problem}</Notice>}
        <footer className="flex items-center justify-between gap-2 border-t pt-4">
          {index > 0 ? <Button onClick={() => goTo(wizardSteps[index - 1])}>Back</Button> : <span />}
          <Button type="submit" tone="primary" busy={finish.isBusy}>
            {ONWARD[step]}
          </Button>
        </footer>
      </form>
      <Dialog
        open={blocker.state === 'blocked'}
        onClose={() => blocker.reset?.()}
        title="Leave the setup?"
        footer={
          <>
            <Button
              tone="dangerQuiet"
              onClick={() => {
                keepDraft(null)
                blocker.proceed?.()
              }}
            >
              Discard and leave
            </Button>
            <Button tone="primary" onClick={() => blocker.reset?.()}>
              Continue setup
            </Button>
          </>
        }
      >
        <p className="text-sm text-muted">The alert source is not created yet. What you typed would be lost.</p>
      </Dialog>
    </Page>
  )
}

/** A new step begins at its heading, for eyes and screen readers alike; the first one leaves the focus alone. */
function useStepFocus(step: WizardStep) {
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef(step)
  useEffect(() => {
    if (shown.current === step) return
    shown.current = step
    heading.current?.focus()
  }, [step])
  return heading
}
