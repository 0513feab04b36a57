import { expect, test } from 'vitest'
import { simulateApart } from './program.ts'

const WORLDS = 16
/** Always the same worlds, so that a change is blamed for what it does; `npm run simulate` draws others. */
const SEED = '20261129'

test('worlds of a few days keep every promise, and the same seed is the same world', async () => {
  const words = ['--seeds', String(WORLDS), '--days', '5', '--seed', SEED]
  const { code, said } = await simulateApart(words, { withinMs: 110_000 })
  console.log(said.trim().split('\n').slice(-2).join('\n'))
  expect(said, said).toContain(`${WORLDS} passed, 0 failed`)
  expect(code).toBe(0)
})

test('the same seed leaves the same trace, and another one another', async () => {
  const traceOf = async (seed: number) => {
    const { said } = await simulateApart(['--seed', String(seed), '--days', '2', '--trace'], { withinMs: 60_000 })
    return /trace ([0-9a-f]+)$/m.exec(said)?.[1]
  }
  const [first, second, other] = [await traceOf(7), await traceOf(7), await traceOf(8)]
  expect(first).toMatch(/^[0-9a-f]{8,}$/)
  expect(second).toBe(first)
  expect(other).not.toBe(first)
})
