/** Everything a client may be told went wrong. Each type has a page in `docs/errors/`, kept so by a test. */
export const problems = {
  'invalid-input': { status: 400, code: 'INVALID_INPUT', title: 'Some fields need another look' },
  'invalid-json': { status: 400, code: 'INVALID_JSON', title: 'The body is not valid JSON' },
  'not-signed-in': { status: 401, code: 'UNAUTHORIZED', title: 'Sign in first' },
  'wrong-credentials': { status: 401, code: 'WRONG_CREDENTIALS', title: 'E-mail or password is wrong' },
  'signature-refused': { status: 401, code: 'SIGNATURE_REFUSED', title: 'The delivery is not signed as it must be' },
  'unknown-api-key': { status: 403, code: 'KEY_ERROR', title: 'The API key is unknown or revoked' },
  'not-allowed': { status: 403, code: 'FORBIDDEN', title: 'Your role does not allow this' },
  'cross-site': { status: 403, code: 'CROSS_SITE', title: 'The request came from another site' },
  'not-found': { status: 404, code: 'NOT_FOUND', title: 'There is no such thing here' },
  'method-not-allowed': { status: 405, code: 'METHOD_NOT_ALLOWED', title: 'This address takes another method' },
  'already-done': { status: 409, code: 'ALREADY_DONE', title: 'Somebody was faster' },
  'in-use': { status: 409, code: 'IN_USE', title: 'It is still in use' },
  'name-taken': { status: 409, code: 'NAME_TAKEN', title: 'The name is taken' },
  'body-too-large': { status: 413, code: 'BODY_TOO_LARGE', title: 'The body is too large' },
  'unsupported-encoding': { status: 415, code: 'UNSUPPORTED_ENCODING', title: 'The body must come as it is' },
  'too-many-requests': { status: 429, code: 'TOO_MANY_REQUESTS', title: 'Too many requests' },
  'internal-error': { status: 500, code: 'INTERNAL_ERROR', title: 'Something broke on our side' },
  'signature-unchecked': { status: 503, code: 'SIGNATURE_UNCHECKED', title: 'The signature cannot be checked now' },
  'database-away': { status: 503, code: 'DATABASE_AWAY', title: 'The database does not answer' },
} as const satisfies Record<string, { status: number; code: string; title: string }>

export type ProblemType = keyof typeof problems
export interface FieldError {
  field: string
  message: string
}

/** Something that needs what was to be deleted. */
export interface UseNamed {
  kind: string
  id: number | null
  name: string
}

/** Thrown when a client must be told; the HTTP edge turns it into RFC 9457 problem details. */
export class Problem extends Error {
  readonly type: ProblemType
  readonly errors: FieldError[]
  readonly retryAfterSeconds: number | null
  readonly uses: readonly UseNamed[]

  constructor(
    type: ProblemType,
    detail: string,
    options: {
      errors?: FieldError[]
      retryAfterSeconds?: number
      uses?: readonly UseNamed[]
      cause?: unknown
    } = {},
  ) {
    super(detail, { cause: options.cause })
    this.name = 'Problem'
    this.type = type
    this.errors = options.errors ?? []
    this.retryAfterSeconds = options.retryAfterSeconds ?? null
    this.uses = options.uses ?? []
  }
}

/** The problem of one field, named as the client named it. */
export function fieldProblem(field: string, message: string): Problem {
  return new Problem('invalid-input', `${field}: ${message}`, { errors: [{ field, message }] })
}
