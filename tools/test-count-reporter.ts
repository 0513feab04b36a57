import type { Reporter } from 'vitest/node'

/** Ends a run with `N passed, N failed`, or hands the numbers to the command that started it. */
export default class TestCountReporter implements Reporter {
  onTestRunEnd: NonNullable<Reporter['onTestRunEnd']> = (modules, unhandledErrors) => {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1
      for (const test of module.children.allTests()) counts[test.result().state] += 1
    }
    const { passed, failed } = counts
    const skipped = counts.skipped + counts.pending
    if (process.send) process.send({ kind: 'counts', passed, failed, skipped })
    else console.log(countsLine({ passed, failed, skipped }))
  }
}

function countsLine({ passed, failed, skipped }: { passed: number; failed: number; skipped: number }): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
