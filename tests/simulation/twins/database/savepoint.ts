import { isPassing } from '../../../../server/database/failures.ts'
import type * as real from '../../../../server/database/savepoint.ts'
import { sessionOf } from '../../memory/database.ts'

/** Does `work` so that its failure undoes it alone. */
export const contained = (async (tx, work) => {
  const session = sessionOf(tx)
  const savepoint = session.savepoint()
  try {
    await work()
  } catch (cause) {
    if (isPassing(cause)) throw cause
    session.rollBackTo(savepoint)
    return cause ?? new Error('It failed without a reason.')
  }
  // As RELEASE does, this refuses where a failure was swallowed.
  await session.statement(() => {})
  return null
}) satisfies typeof real.contained
