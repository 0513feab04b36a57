import type * as real from '../../../../server/access/store.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/access/store.ts'

export const deleteEndedSessions = twin((tables, now: Date, limit: number) => {
  const ended = [...tables.session.rows].filter((row) => row.expires_at <= now).slice(0, limit)
  for (const row of ended) tables.session.delete(row)
  return ended.length
}) satisfies typeof real.deleteEndedSessions
