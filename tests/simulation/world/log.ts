import type { Log } from '../../../server/runtime/log.ts'
import { DatabaseError } from '../memory/database-error.ts'
import type { Verdicts } from '../watch/verdicts.ts'
import { InjectedError } from './process.ts'

/** What is judged by the rows that it leaves. */
const NEWS = ['intake.delivery-ends-process', 'watch.auditor-found']

/** The product's log: an error that no fault of ours explains is a broken promise. */
export function watchfulLog(verdicts: Verdicts): Log {
  const quiet = () => {}
  const error = (facts: { err?: unknown }, name: string) => {
    if (NEWS.includes(name) || isExplained(facts.err)) return
    const text = facts.err instanceof Error ? (facts.err.stack ?? facts.err.message) : String(facts.err)
    verdicts.broken('an error', `${name}: ${text}`)
  }
  return { trace: quiet, debug: quiet, info: quiet, warn: quiet, error, fatal: error } as unknown as Log
}

function isExplained(cause: unknown): boolean {
  if (cause instanceof InjectedError) return true
  if (!(cause instanceof DatabaseError)) return false
  // What a transaction says that such an error has ended already.
  return cause.code === '08003' || (cause.code === '25P02' && isExplained(cause.cause))
}
