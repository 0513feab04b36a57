import type * as real from '../../../../../server/watch/marks/store.ts'
import type { MemoryTables } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/watch/marks/store.ts'

function put(tables: MemoryTables, name: string, level: number, at: Date): void {
  const known = tables.watch_mark.get(name)
  if (known) tables.watch_mark.update(known, { level, at })
  else tables.watch_mark.insert({ name, level, at })
}

export const claimRound = twin((tables, name: string, before: Date, now: Date) => {
  if (tables.watch_mark.get(name) === null) put(tables, name, 0, new Date(0))
  const known = tables.watch_mark.get(name)
  if (known === null || known.at > before) return false
  put(tables, name, 0, now)
  return true
}) satisfies typeof real.claimRound

export const setMark = twin((tables, name: string, level: number, now: Date) => {
  put(tables, name, level, now)
}) satisfies typeof real.setMark

export const countMark = twin((tables, name: string, since: Date, now: Date) => {
  const known = tables.watch_mark.get(name)
  const level = known === null || known.at < since ? 1 : known.level + 1
  put(tables, name, level, now)
  return level
}) satisfies typeof real.countMark

export const lockMark = twin(
  (tables, name: string) => tables.watch_mark.get(name)?.at ?? null,
) satisfies typeof real.lockMark

export const markedAt = twin(
  (tables, name: string) => tables.watch_mark.get(name)?.at ?? null,
) satisfies typeof real.markedAt

export const levels = twin(
  (tables) => new Map([...tables.watch_mark.rows].map((row) => [row.name, row.level])),
) satisfies typeof real.levels
