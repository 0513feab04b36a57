import type { AlertSource } from '../../server/alert-sources/schema.ts'
import { Notice } from '../components/Notice.tsx'

/** What is wrong with a connection, and what to do about it. */
export function DiagnosisList({ diagnoses }: { diagnoses: AlertSource['diagnoses'] }) {
  if (diagnoses.length === 0) return null
  return (
    <ul aria-label="Diagnosis" className="grid gap-2">
      {diagnoses.map((one) => (
        <li key={one.code} data-diagnosis={one.code}>
          <Notice tone="caution">
            <p className="font-medium">{one.title}</p>
            <p>{one.text}</p>
            <p className="mt-1 text-muted">{one.advice}</p>
          </Notice>
        </li>
      ))}
    </ul>
  )
}
