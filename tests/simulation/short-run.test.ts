import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import path from 'node:path'
import { expect, test } from 'vitest'

const FOLDER = import.meta.dirname

test('60 worlds of 10 days keep every promise, and each seed is the same world twice', () => {
  const seed = String(randomInt(1_000_000_000))
  const words = ['--seeds', '60', '--days', '10', '--seed', seed]
  // A process of its own: product code is loaded with the twins instead of its stores.
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', path.join(FOLDER, 'preload.mjs'), path.join(FOLDER, 'run.ts'), ...words],
    { encoding: 'utf8', timeout: 280_000 },
  )
  console.log(stdout.trim().split('\n').slice(-2).join('\n'))
  expect(`${stdout}${stderr}`).toContain('60 passed, 0 failed')
  expect(status).toBe(0)
})
