import { isConnectionLoss, isPassing } from '../../../../server/database/failures.ts'
import type * as real from '../../../../server/database/savepoint.ts'
import { sessionOf } from '../../memory/database.ts'

/** Does `work` so that its failure undoes it alone. */
export const attempt = (async (tx, work) => {
  const session = sessionOf(tx)
  const savepoint = session.savepoint()
  try {
    await work()
  } catch (cause) {
    if (isConnectionLoss(cause)) throw cause
    session.rollBackTo(savepoint)
    return cause ?? new Error('It failed without a reason.')
  }
  // As RELEASE does, this refuses where a failure was swallowed.
  await session.statement(() => {})
  return null
}) satisfies typeof real.attempt

export const contained = (async (tx, work) => {
  const failure = await attempt(tx, work)
  if (failure !== null && isPassing(failure)) throw failure
  return failure
}) satisfies typeof real.contained
