import { expect, test } from 'vitest'
import { clockReadings } from './clock-ban.mjs'

test.each([
  ['server/alerts/actions.ts', 'const now = new Date()'],
  ['server/alerts/actions.ts', 'setTimeout(work, 5)'],
  ['server/intake/store.ts', 'sql`select * from alert where due_at <= now()`'],
  ['server/intake/store.ts', "sql.raw('select current_timestamp')"],
  ['server/database/migrations/0002-more.sql', 'alter table alert add made_at timestamptz default now();'],
  ['web/alerts/AlertRow.tsx', 'const age = Date.now() - at'],
])('%s may not say %s', (file, source) => {
  expect(clockReadings(file, source)).toHaveLength(1)
})

test.each([
  ['server/alerts/routes.ts', 'accept(await clock.now(), new Date(text))'],
  ['server/alerts/actions.ts', '// never new Date() here'],
  ['server/runtime/timers.ts', 'setTimeout(work, 5)'],
  ['server/database/clock.ts', 'sql`select clock_timestamp()`'],
  ['server/database/migrations/0002-more.sql', '-- not now()'],
  ['server/alerts/actions.test.ts', 'new Date()'],
  ['web/components/toast.ts', 'setTimeout(hide, 5)'],
])('%s may say %s', (file, source) => {
  expect(clockReadings(file, source)).toEqual([])
})
