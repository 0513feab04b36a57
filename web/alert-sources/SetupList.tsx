import type * as z from 'zod'
import type { SetupStep } from '../../server/alert-sources/schema.ts'
import { Mark } from '../components/Mark.tsx'
import { Section } from '../components/Page.tsx'
import { TimeAgo } from '../components/TimeAgo.tsx'

/** How far the connection is; each line ticks itself. */
export function SetupList({ steps }: { steps: readonly z.infer<typeof SetupStep>[] }) {
  if (steps.length === 0) return null
  const done = steps.filter((step) => step.at !== null).length
  return (
    <Section
      title="Set-up"
      aside={
        <span className="text-sm text-muted tabular-nums">
          {done} of {steps.length}
        </span>
      }
    >
      <ol aria-label="Set-up" className="grid gap-3">
        {steps.map((step) => (
          <li
            key={step.code}
            className="grid grid-cols-[auto_minmax(0,1fr)_auto] gap-x-2.5 text-sm"
            data-step={step.code}
            data-done={step.at !== null}
          >
            <span className="mt-0.5">
              <Mark
                shape={step.at ? 'check' : 'dots'}
                tone={step.at ? 'good' : 'muted'}
                word={step.at ? 'Done' : 'Not yet'}
                wordless
              />
            </span>
            <div className="min-w-0">
              <p className="font-medium">{step.label}</p>
              {step.text && <p className="break-words text-muted">{step.text}</p>}
            </div>
            {step.at && (
              <span className="text-xs text-muted">
                <TimeAgo at={step.at} />
              </span>
            )}
          </li>
        ))}
      </ol>
    </Section>
  )
}
