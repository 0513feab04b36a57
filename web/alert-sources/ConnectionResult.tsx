import type { ConnectionTest } from '../../server/alert-sources/schema.ts'
import { Mark } from '../components/Mark.tsx'

/** What the other system said, line by line. */
export function ConnectionResult({ test, title }: { test: ConnectionTest; title: string }) {
  return (
    <div className="rounded-lg border" data-connection={test.ok ? 'ok' : 'failed'}>
      <p className="border-b px-3.5 py-2 text-sm font-medium">
        {test.ok ? `The connection to ${title} works.` : `The connection to ${title} does not work yet.`}
      </p>
      <ul aria-label="Connection checks" className="grid gap-2.5 p-3.5">
        {test.checks.map((check) => (
          <li key={check.code} className="grid grid-cols-[auto_1fr] gap-x-2.5 text-sm">
            <span className="mt-0.5">
              <Mark
                shape={check.ok ? 'check' : 'cross'}
                tone={check.ok ? 'good' : 'danger'}
                word={check.ok ? 'Right' : 'Wrong'}
                wordless
              />
            </span>
            <span className="min-w-0 break-words">
              <strong className="font-medium">{check.label}.</strong> <span className="text-muted">{check.text}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
