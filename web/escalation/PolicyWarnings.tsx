import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import { Notice } from '../components/Notice.tsx'
import { readableInstants } from '../components/time-text.ts'

/** What is wrong with whom a saved policy asks, in the next twelve weeks. */
export function PolicyWarnings({ policy }: { policy: EscalationPolicy }) {
  if (policy.warnings.length === 0) return null
  return (
    <div className="mt-3">
      <Notice tone={policy.gapMinutes > 0 ? 'caution' : 'info'}>
        <h2 className="mb-0.5 font-semibold">Before it matters</h2>
        <ul className="grid gap-1.5">
          {policy.warnings.map((warning) => (
            <li key={warning}>{readableInstants(warning)}</li>
          ))}
        </ul>
      </Notice>
    </div>
  )
}
