import type { Database } from '../database/connection.ts'
import { type Backlog, CatchUp } from '../engine/catch-up.ts'
import { hasUnreadUntil } from '../intake/store.ts'
import { addSeconds } from '../runtime/time.ts'
import { countMark, setMark } from './marks/store.ts'

const MARK = 'catch-up'
/** Whoever lived longer has paged for half of its life. */
const IN_A_ROW_SECONDS = 60

/** The catching up of one start; all nodes count their starts together. */
export function catchUpOf(db: Database): CatchUp {
  const backlog: Backlog = {
    isUnread: (mark, now) => hasUnreadUntil(db, mark, now),
    begin: (now) => countMark(db, MARK, addSeconds(now, -IN_A_ROW_SECONDS), now),
    end: (now) => setMark(db, MARK, 0, now),
  }
  return new CatchUp(backlog)
}
