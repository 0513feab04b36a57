import type * as real from '../../../../server/database/notify.ts'
import { sessionOf } from '../../memory/database.ts'

/** Wakes the engines at the commit. */
export const wakeEngine = (async (tx) => {
  sessionOf(tx).wakesEngine = true
}) satisfies typeof real.wakeEngine

/** No browser listens here. */
export const tellLive = (async () => {}) satisfies typeof real.tellLive
