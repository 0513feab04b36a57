import type * as real from '../../../../../server/oncall/feeds/store.ts'
import { hashOf } from '../../../../../server/oncall/feeds/store.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/oncall/feeds/store.ts'

type NewFeed = Parameters<typeof real.insertFeed>[1]
type Whose = Parameters<typeof real.feedsOf>[1]

export const feedBySecret = twin((tables, secret: string) => {
  const id = tables.feedOfSecret.keyOf(hashOf(secret).toString('hex'))
  return id === undefined ? null : tables.calendar_feed.get(id)
}) satisfies typeof real.feedBySecret

export const insertFeed = twin((tables, feed: NewFeed, now: Date) =>
  tables.calendar_feed.insert({
    id: tables.next('calendar_feed'),
    secret_hash: hashOf(feed.secret),
    person_id: feed.personId,
    schedule_id: feed.scheduleId,
    owner_id: feed.ownerId,
    created_at: now,
    last_read_at: null,
  }),
) satisfies typeof real.insertFeed

export const feedsOf = twin((tables, whose: Whose) =>
  [...tables.calendar_feed.rows]
    .filter((row) => ('personId' in whose ? row.person_id === whose.personId : row.schedule_id === whose.scheduleId))
    .sort((one, other) => one.id - other.id),
) satisfies typeof real.feedsOf

export const feedById = twin((tables, id: number) => tables.calendar_feed.get(id)) satisfies typeof real.feedById

export const deleteFeed = twin((tables, id: number) => {
  const row = tables.calendar_feed.get(id)
  if (row) tables.calendar_feed.delete(row)
}) satisfies typeof real.deleteFeed

export const noteRead = twin((tables, id: number, now: Date) => {
  const row = tables.calendar_feed.get(id)
  if (row) tables.calendar_feed.update(row, { last_read_at: now })
}) satisfies typeof real.noteRead
