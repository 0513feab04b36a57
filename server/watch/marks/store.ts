import type { Database, Tx } from '../../database/connection.ts'

/** Takes a round that was last made at `before` or earlier; false when it is not its time, or another node makes it. */
export async function claimRound(tx: Tx, name: string, before: Date, now: Date): Promise<boolean> {
  await tx
    .insertInto('watch_mark')
    .values({ name, at: new Date(0), level: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await tx
    .selectFrom('watch_mark')
    .select('name')
    .where('name', '=', name)
    .where('at', '<=', before)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (!row) return false
  await setMark(tx, name, 0, now)
  return true
}

/** Notes a mark's level, and when: how far an alarm went, or that a count begins anew. */
export async function setMark(db: Database, name: string, level: number, now: Date): Promise<void> {
  await db
    .insertInto('watch_mark')
    .values({ name, at: now, level })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ level, at: now }))
    .execute()
}

/** Counts what happens again and again: from one when it last did before `since`. Returns the count. */
export async function countMark(db: Database, name: string, since: Date, now: Date): Promise<number> {
  const row = await db
    .insertInto('watch_mark')
    .values({ name, at: now, level: 1 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({
        at: now,
        level: eb
          .case()
          .when('watch_mark.at', '<', since)
          .then(1)
          .else(eb('watch_mark.level', '+', 1))
          .end(),
      })),
    )
    .returning('level')
    .executeTakeFirstOrThrow()
  return row.level
}

/** When a round was last made, locked until the transaction ends, so that what was missed is made good once. */
export async function lockMark(tx: Tx, name: string): Promise<Date | null> {
  const row = await tx.selectFrom('watch_mark').select('at').where('name', '=', name).forUpdate().executeTakeFirst()
  return row?.at ?? null
}

/** When a round was last made; null when never. */
export async function markedAt(db: Database, name: string): Promise<Date | null> {
  const row = await db.selectFrom('watch_mark').select('at').where('name', '=', name).executeTakeFirst()
  return row?.at ?? null
}

/** How far each alarm went, by name. */
export async function levels(tx: Tx): Promise<Map<string, number>> {
  const rows = await tx.selectFrom('watch_mark').select(['name', 'level']).execute()
  return new Map(rows.map((row) => [row.name, row.level]))
}
