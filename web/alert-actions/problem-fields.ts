import { Problem } from '../api/problem.ts'

/** What is wrong with which field; a part of a list is told at the list. */
export function fieldsOf(error: unknown): Record<string, string> {
  if (!(error instanceof Problem)) return {}
  return Object.fromEntries(error.fields.map(({ field, message }) => [field.replace(/\.\d+(\..*)?$/, ''), message]))
}
