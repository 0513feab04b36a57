import type * as real from '../../../../server/database/notify.ts'

/** The world wakes stations itself, by what a commit changed and by their polls: a hint that is missing is not seen here. */
export const wakeEngine = (async () => {}) satisfies typeof real.wakeEngine

/** No browser listens here. */
export const tellLive = (async () => {}) satisfies typeof real.tellLive
