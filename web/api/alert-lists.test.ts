import type { InfiniteData } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import type { Alert } from '../../server/alerts/schema.ts'
import { type AlertPage, withFirst } from './alerts.ts'

const alert = (id: number) => ({ id, reportTime: new Date(id * 1_000).toISOString() }) as Alert
const page = (next: string | null, ...ids: number[]): AlertPage => ({ rows: ids.map(alert), next })
const list = (...pages: AlertPage[]): InfiniteData<AlertPage> => ({ pages, pageParams: pages.map(() => undefined) })
const ids = (data: InfiniteData<AlertPage>) => data.pages.flatMap((one) => one.rows.map((row) => row.id))

test('a first page read anew keeps what stands below it, each once, and where the list goes on', () => {
  const before = list(page('a', 6, 5), page('b', 4, 3), page('c', 2, 1))
  const after = withFirst(before, page('z', 8, 7, 6))
  expect(ids(after)).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
  expect(after.pages.at(-1)?.next).toBe('c')
})

test('what is gone from the first page is gone', () => {
  const after = withFirst(list(page('a', 6, 5), page(null, 4)), page('z', 6, 4))
  expect(ids(after)).toEqual([6, 4])
})
