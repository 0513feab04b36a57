import { fieldProblem } from '../runtime/problem.ts'

/** Row numbers are 32 bits wide; asking for a larger one would be an error, not an empty answer. */
const ROW_ID_MAX = 2_147_483_647

/** True for a number that a row may have. */
export function isRowId(id: number): boolean {
  return Number.isInteger(id) && id >= 1 && id <= ROW_ID_MAX
}

/** True for text PostgreSQL can hold: everything but U+0000. */
export function isStorable(text: string): boolean {
  return !text.includes('\0')
}

/** Throws the field's problem when a text cannot be stored. */
export function requireStorable(fields: Record<string, string | null | undefined>): void {
  for (const [field, text] of Object.entries(fields)) {
    if (text && !isStorable(text)) throw fieldProblem(field, 'The character U+0000 cannot be stored.')
  }
}
