import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { simulateApart } from './program.ts'

test('60 worlds of 10 days keep every promise, and the same seed is the same world', async () => {
  const words = ['--seeds', '60', '--days', '10', '--seed', String(randomInt(1_000_000_000))]
  const { code, said } = await simulateApart(words, { withinMs: 280_000 })
  console.log(said.trim().split('\n').slice(-2).join('\n'))
  expect(said).toContain('60 passed, 0 failed')
  expect(code).toBe(0)
})
