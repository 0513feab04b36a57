import { Check } from 'lucide-react'
import { Link } from 'react-router'
import { missingOn, stepTitles, type WizardDraft, type WizardStep, wizardSteps } from './draft.ts'

const SHOWN = wizardSteps.filter((step) => step !== 'settings')

/** How far the set-up is; steps already filled in can be gone back to. */
export function Progress({ step, draft }: { step: WizardStep; draft: WizardDraft }) {
  const at = wizardSteps.indexOf(step)
  return (
    <nav aria-label="Progress">
      <ol className="grid grid-cols-4 gap-2 pb-4">
        {SHOWN.map((one, index) => {
          const isDone = index < at
          const canGoBack = isDone && missingOn(one, draft) === null
          return (
            <li
              key={one}
              aria-current={one === step ? 'step' : undefined}
              className="group grid content-start gap-1.5"
              data-done={isDone}
            >
              <span className="h-1 rounded-xl bg-hairline group-aria-[current=step]:bg-accent-fill group-data-[done=true]:bg-accent-fill" />
              <span className="flex items-center gap-1 text-xs text-muted group-aria-[current=step]:font-medium group-aria-[current=step]:text-text sm:text-sm">
                {isDone && <Check className="size-3.5 text-accent" aria-label="Done:" />}
                {canGoBack ? (
                  <Link to={`?step=${one}`} className="hover:underline">
                    {stepTitles[one]}
                  </Link>
                ) : (
                  stepTitles[one]
                )}
              </span>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
