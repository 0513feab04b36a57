import { describe, expect, test } from 'vitest'
import { SharedCommits } from './batch.ts'

/** A writer whose commits end when the test says so. */
function writer(options: { sizeMax?: number; writersMax?: number; weightMax?: number } = {}) {
  const writes: { items: string[]; end: (cause?: unknown) => void }[] = []
  const commits = new SharedCommits<string>(
    (items) =>
      new Promise((resolve, reject) =>
        writes.push({ items, end: (cause) => (cause === undefined ? resolve() : reject(cause)) }),
      ),
    {
      sizeMax: 3,
      writersMax: 1,
      isItsOwnFault: (cause) => cause === 'poison',
      weigh: (item) => item.length,
      weightMax: 100,
      ...options,
    },
  )
  return { commits, writes }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

/** What became of each item so far. */
function watch(commits: SharedCommits<string>, items: string[]) {
  const states = Object.fromEntries(items.map((item) => [item, 'waiting']))
  for (const item of items) {
    commits.add(item).then(
      () => {
        states[item] = 'stored'
      },
      (cause) => {
        states[item] = `failed: ${cause}`
      },
    )
  }
  return states
}

describe('shared commits', () => {
  test('the first arrival does not wait for company', () => {
    const { commits, writes } = writer()
    watch(commits, ['a'])
    expect(writes.map((write) => write.items)).toEqual([['a']])
  })

  test('what arrives during a commit shares the next one, in order of arrival', async () => {
    const { commits, writes } = writer()
    watch(commits, ['a', 'b', 'c'])
    writes[0]?.end()
    await settled()
    expect(writes.map((write) => write.items)).toEqual([['a'], ['b', 'c']])
  })

  test('nothing counts as stored before its commit', async () => {
    const { commits, writes } = writer()
    const states = watch(commits, ['a', 'b'])
    await settled()
    expect(states).toEqual({ a: 'waiting', b: 'waiting' })
    writes[0]?.end()
    await settled()
    expect(states).toEqual({ a: 'stored', b: 'waiting' })
  })

  test('a commit is bounded in size', async () => {
    const { commits, writes } = writer({ sizeMax: 2 })
    watch(commits, ['a', 'b', 'c', 'd'])
    writes[0]?.end()
    await settled()
    expect(writes[1]?.items).toEqual(['b', 'c'])
  })

  test('what nobody waits for any more is not written, and makes room', async () => {
    const { commits, writes } = writer({ weightMax: 3 })
    const states = watch(commits, ['a', 'bb', 'c', 'dd'])
    await settled()
    expect(states).toEqual({ a: 'waiting', bb: 'waiting', c: 'waiting', dd: expect.stringContaining('failed') })
    commits.withdraw('bb')
    commits.withdraw('a')
    const later = watch(commits, ['ee', 'f'])
    await settled()
    expect(later).toEqual({ ee: 'waiting', f: expect.stringContaining('failed') })
    writes[0]?.end()
    await settled()
    expect(writes.map((write) => write.items)).toEqual([['a'], ['c', 'ee']])
    writes[1]?.end()
    await settled()
    expect(states.a).toBe('stored')
    expect(watch(commits, ['ggg'])).toEqual({ ggg: 'waiting' })
    expect(writes.at(-1)?.items).toEqual(['ggg'])
  })

  test('no more writers than allowed run at once', () => {
    const { commits, writes } = writer({ writersMax: 2 })
    watch(commits, ['a', 'b', 'c', 'd'])
    expect(writes.map((write) => write.items)).toEqual([['a'], ['b']])
  })

  test('when the database is away, everything in the commit is told so, and the next is tried', async () => {
    const { commits, writes } = writer()
    const states = watch(commits, ['a', 'b', 'c'])
    writes[0]?.end()
    await settled()
    writes[1]?.end('away')
    await settled()
    expect(states).toEqual({ a: 'stored', b: 'failed: away', c: 'failed: away' })
    watch(commits, ['d'])
    expect(writes.at(-1)?.items).toEqual(['d'])
  })

  test('an item that cannot be stored takes none of its neighbours with it', async () => {
    const { commits, writes } = writer()
    const states = watch(commits, ['a', 'b', 'bad', 'c'])
    writes[0]?.end()
    await settled()
    expect(writes[1]?.items).toEqual(['b', 'bad', 'c'])
    writes[1]?.end('poison')
    await settled()
    for (let at = 2; at < 5; at++) {
      writes[at]?.end(writes[at]?.items[0] === 'bad' ? 'poison' : undefined)
      await settled()
    }
    expect(writes.slice(2).map((write) => write.items)).toEqual([['b'], ['bad'], ['c']])
    expect(states).toEqual({ a: 'stored', b: 'stored', bad: 'failed: poison', c: 'stored' })
  })
})
