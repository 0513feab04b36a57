import { spawn } from 'node:child_process'
import path from 'node:path'
import { ensureChromium } from './setup/chromium.mjs'
import { ensurePackages } from './setup/install.mjs'
import { continueOnPackagedNode } from './setup/node.mjs'
import { packages, root } from './setup/places.mjs'
import { createProgress } from './setup/progress.mjs'
import { printReason } from './setup/stop-sentence.mjs'
import { ensureWebApp } from './setup/web-app.mjs'

const KINDS = ['unit', 'journeys', 'simulation', 'faults', 'browser']

try {
  const progress = createProgress(3)
  await ensurePackages(progress)
  continueOnPackagedNode(import.meta.filename ?? process.argv[1])
  process.exitCode = await testAll(process.argv.slice(2), progress)
} catch (cause) {
  printReason(cause)
  process.exitCode = 1
}

async function testAll(words, progress) {
  const kinds = words.filter((word) => KINDS.includes(word))
  const filters = words.filter((word) => !KINDS.includes(word))
  const needs = (kind) => kinds.length === 0 || kinds.includes(kind)
  const env = { ...process.env }
  if (needs('browser')) env.CHROMIUM_PATH = await ensureChromium(progress)
  if (needs('browser') || needs('journeys') || needs('faults')) await ensureWebApp(progress)

  const isEverything = words.length === 0
  const checks = isEverything ? await checkAll() : { passed: 0, failed: 0 }
  const tests = await runVitest([...kinds.flatMap((kind) => ['--project', kind]), ...filters], env)
  const passed = checks.passed + tests.passed
  const failed = checks.failed + tests.failed
  console.log(`\n${passed} passed, ${failed} failed${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''}`)
  return failed > 0 ? 1 : 0
}

async function checkAll() {
  const { runChecks } = await import('./checks/all.mjs')
  return runChecks()
}

function runVitest(words, env) {
  const vitest = path.join(packages, 'vitest', 'vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', ...words], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let counts = { passed: 0, failed: 0, skipped: 0 }
  child.on('message', (message) => {
    if (message?.kind === 'counts') counts = message
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => {
    child.once('error', () => resolve({ ...counts, failed: counts.failed + 1 }))
    // A run that ends badly without a failed test has failed as a whole.
    child.once('close', (code) => resolve(code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts))
  })
}
