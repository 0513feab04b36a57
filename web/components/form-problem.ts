import type { FieldValues, Path, UseFormReturn } from 'react-hook-form'
import { Problem, sentenceOf } from '../api/problem.ts'

/** Shows the server's mistakes at their fields; returns the sentence for what has no field in this form. */
export function showProblem<T extends FieldValues>(
  form: UseFormReturn<T>,
  error: unknown,
  fields: readonly Path<T>[],
): string | null {
  if (!(error instanceof Problem) || error.fields.length === 0) return sentenceOf(error)
  const strangers: string[] = []
  let first = true
  for (const { field, message } of error.fields) {
    const known = fields.find((name) => field === name || field.startsWith(`${name}.`))
    if (!known) {
      strangers.push(message)
      continue
    }
    form.setError(known, { type: 'server', message }, { shouldFocus: first })
    first = false
  }
  return strangers.length > 0 ? strangers.join(' ') : null
}
