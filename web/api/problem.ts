import type { ProblemDetails } from '../../server/http/schema.ts'

export type FieldError = { field: string; message: string }

/** The server answered, and the answer is no: its problem details. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly fields: FieldError[]

  constructor(status: number, body: Partial<ProblemDetails> | null) {
    super(body?.detail ?? body?.message ?? body?.title ?? `Tocsin answered ${status}.`)
    this.name = 'Problem'
    this.status = status
    this.code = body?.code ?? ''
    this.fields = body?.errors ?? []
  }
}

/** No answer, or one that says "later": the network, a restart, a database that is away. */
export class Unreachable extends Error {
  constructor() {
    super('Tocsin cannot be reached just now. Nothing was changed.')
    this.name = 'Unreachable'
  }
}

/** One sentence for people, whatever was thrown. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Problem && error.fields.length > 0) return error.fields.map((one) => one.message).join(' ')
  return error instanceof Error ? error.message : 'Something went wrong.'
}
