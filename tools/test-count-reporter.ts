import type { Reporter } from 'vitest/node'

const REASON_LENGTH_MAX = 200

/**
 * Ends a run with `N passed, N failed`, or hands the numbers to the command that started it. Above them it names what
 * failed, one line each: the last lines are what is left of a long log.
 */
export default class TestCountReporter implements Reporter {
  onTestRunEnd: NonNullable<Reporter['onTestRunEnd']> = (modules, unhandledErrors) => {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      if (module.errors().length > 0) {
        counts.failed += 1
        console.log(failedLine(module.relativeModuleId, module.errors()))
      }
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result()
        counts[state] += 1
        if (state === 'failed') console.log(failedLine(`${module.relativeModuleId} > ${test.fullName}`, errors))
      }
    }
    for (const error of unhandledErrors) console.log(failedLine('outside of any test', [error]))
    const { passed, failed } = counts
    const skipped = counts.skipped + counts.pending
    if (process.send) process.send({ kind: 'counts', passed, failed, skipped })
    else console.log(countsLine({ passed, failed, skipped }))
  }
}

function failedLine(name: string, [first]: readonly { message: string }[] = []): string {
  const reason = (first?.message ?? '').split('\n')[0]?.slice(0, REASON_LENGTH_MAX)
  return `failed: ${name}: ${reason}`
}

function countsLine({ passed, failed, skipped }: { passed: number; failed: number; skipped: number }): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
