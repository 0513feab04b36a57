/** An error as PostgreSQL reports it: a five-letter code, and the constraint where one was violated. */
export class DatabaseError extends Error {
  readonly code: string
  readonly constraint: string | null

  constructor(code: string, message: string, constraint: string | null = null, cause?: unknown) {
    super(message, { cause })
    this.name = 'DatabaseError'
    this.code = code
    this.constraint = constraint
  }
}

/** A row that a unique index refuses. */
export function uniqueViolation(constraint: string): DatabaseError {
  return new DatabaseError('23505', `duplicate key value violates unique constraint "${constraint}"`, constraint)
}

/** A row that a check refuses. */
export function checkViolation(constraint: string): DatabaseError {
  return new DatabaseError('23514', `new row violates check constraint "${constraint}"`, constraint)
}

/** A row that refers to what is not there, or that others still refer to. */
export function foreignKeyViolation(constraint: string): DatabaseError {
  return new DatabaseError('23503', `violates foreign key constraint "${constraint}"`, constraint)
}
