import { fieldProblem } from '../runtime/problem.ts'

/** Where a page of alerts ended. */
export interface Place {
  at: Date
  id: number
}

/** The place as a client hands it back; it says nothing to them. */
export function writeCursor(at: Date, id: number): string {
  return Buffer.from(`${at.getTime()}.${id}`).toString('base64url')
}

/** The place behind a cursor; throws the field's problem for a text that is none. */
export function readCursor(cursor: string): Place {
  const [, at, id] = /^(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (!at || !id) throw fieldProblem('cursor', 'It is no cursor of this list: begin without one.')
  return { at: new Date(Number(at)), id: Number(id) }
}
