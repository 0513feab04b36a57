import { expect, test } from 'vitest'
import { HostSearch } from './host-search.ts'

const away = new Error('This database server is read-only.')

function search(...answers: (number | Error)[]) {
  const looks: number[] = []
  const it = new HostSearch(async () => {
    looks.push(performance.now())
    const answer = answers.shift() ?? away
    if (answer instanceof Error) throw answer
    return answer
  }, 30)
  return { it, looks }
}

test('a host that nobody doubts is not asked', async () => {
  const { it, looks } = search()
  expect(await it.host()).toBe(0)
  expect(looks).toHaveLength(0)
})

test('one looks for all who wait', async () => {
  const { it, looks } = search(1)
  it.doubt(it.epoch)
  expect(await Promise.all(Array.from({ length: 20 }, () => it.host()))).toEqual(Array(20).fill(1))
  expect(await it.host()).toBe(1)
  expect(looks).toHaveLength(1)
})

test('while no host can commit, everybody hears it and the hosts have a rest between two looks', async () => {
  const { it, looks } = search(away, away, 1)
  it.doubt(it.epoch)
  await expect(it.host()).rejects.toBe(away)
  const both = [it.host(), it.host()]
  for (const one of both) await expect(one).rejects.toBe(away)
  expect(await it.host()).toBe(1)
  expect(looks).toHaveLength(3)
  for (const index of [1, 2]) expect((looks[index] ?? 0) - (looks[index - 1] ?? 0)).toBeGreaterThan(25)
})

test('connections of an earlier epoch cannot make a host doubtful that was found since', async () => {
  const { it, looks } = search(1)
  const old = it.epoch
  it.doubt(old)
  await it.host()
  it.doubt(old)
  expect(await it.host()).toBe(1)
  expect(looks).toHaveLength(1)
  expect(it.epoch).toBe(old + 1)
})
