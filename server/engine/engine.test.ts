import { expect, test } from 'vitest'
import { TestClock } from '../../tests/support/clock.ts'
import type { Database } from '../database/connection.ts'
import { silentLog } from '../runtime/log.ts'
import { type Station, startEngine } from './engine.ts'

test('work that is due but in the hands of another node is not asked for without a pause', async () => {
  const clock = new TestClock('2026-03-02T09:00:00Z')
  let turns = 0
  const station: Station = {
    name: 'pages',
    slots: 1,
    waitsForCatchUp: false,
    advance: async () => {
      turns += 1
      return 0
    },
    nextAt: async () => new Date('2026-03-02T08:59:00Z'),
  }
  const engine = startEngine({
    flow: [station],
    db: {} as Database,
    clock,
    log: silentLog(),
    hasBacklog: async () => false,
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  for (let looks = 0; looks < 20; looks++) await settle()
  expect(turns).toBe(1)

  clock.advance(1_000)
  for (let looks = 0; looks < 20; looks++) await settle()
  expect(turns).toBe(2)
  await engine.stop()
})
