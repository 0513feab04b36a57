import type * as real from '../../../../server/database/clock.ts'
import { handleOf } from '../../memory/database.ts'

/** The memory's own clock. */
export const readClock = ((db) => {
  const handle = handleOf(db as never)
  return handle.statement(() => new Date(('server' in handle ? handle.server : handle).nowMs()))
}) satisfies typeof real.readClock
