import { ensurePackages } from './setup/install.mjs'
import { continueOnPackagedNode } from './setup/node.mjs'
import { createProgress } from './setup/progress.mjs'
import { printReason } from './setup/stop-sentence.mjs'

try {
  await ensurePackages(createProgress(1))
  continueOnPackagedNode(import.meta.filename ?? process.argv[1])
  const { runChecks } = await import('./checks/all.mjs')
  const { passed, failed } = await runChecks()
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
} catch (cause) {
  printReason(cause)
  process.exitCode = 1
}
