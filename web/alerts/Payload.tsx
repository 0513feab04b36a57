import { useState } from 'react'
import { useAlertPayload } from '../api/alerts.ts'
import { Answer } from '../components/Answer.tsx'
import { CodeBlock } from '../components/CodeBlock.tsx'

/** What the source sent when the alert was opened. */
export function Payload({ alertId }: { alertId: number }) {
  const [open, setOpen] = useState(false)
  const query = useAlertPayload(alertId, open)
  return (
    <details className="rounded-xl border bg-surface" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="px-4 py-3 font-semibold md:px-5">Payload</summary>
      <div className="px-4 pb-4 md:px-5">
        {open && (
          <Answer query={query}>
            {(payload) =>
              payload === null || payload === undefined ? (
                <p className="text-sm text-muted">This alert came without a payload.</p>
              ) : (
                <CodeBlock label="payload" code={JSON.stringify(payload, null, 2)} />
              )
            }
          </Answer>
        )}
      </div>
    </details>
  )
}
