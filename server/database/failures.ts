/** Deadlocks, time-outs and lost connections pass; whoever meets one tries the same again. */
export function isPassing(cause: unknown): boolean {
  return isConnectionLoss(cause) || /^(40|53|55|57|58)/.test(codeOf(cause))
}

/** The server is away, or the way to it, or it ended a transaction that lay idle: nothing else can be done on it either. */
export function isConnectionLoss(cause: unknown): boolean {
  return /^(08|57P|25P0[34]|E(?!RR_))/.test(codeOf(cause)) || isToldWithoutCode(cause)
}

/**
 * What `pg` says itself of a connection that ended before it was asked, or whose server fell silent, and Kysely after a
 * rollback that failed; they give no code.
 */
export function isToldWithoutCode(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    /^Connection terminated|is not queryable$|^Query read timeout$|^Postgres connection has been discarded$/.test(
      cause.message,
    )
  )
}

/** The code of SQL or of Node that a failure has; empty without one. */
export function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}
