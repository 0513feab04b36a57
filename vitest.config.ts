import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

// One kind after the other: the later ones start whole products, and measure how long things take.
const kind = (
  order: number,
  name: string,
  options: NonNullable<TestProjectInlineConfiguration['test']>,
): TestProjectInlineConfiguration => ({
  test: { name, environment: 'node', sequence: { groupOrder: order }, ...options },
})

/** On two cores Vitest would use one: a journey waits half of its time for the database. */
const WORKERS = Math.max(2, availableParallelism() - 1)

export default defineConfig({
  test: {
    passWithNoTests: true,
    exclude: [...configDefaults.exclude, 'data/**'],
    reporters: ['default', './tools/test-count-reporter.ts'],
    projects: [
      kind(0, 'unit', {
        include: ['{server,web,sandbox,tools}/**/*.test.{ts,tsx}', 'tests/{seeded-bugs,schedules}/*.test.ts'],
        // Properties draw thousands of examples, beside whatever else the machine does.
        testTimeout: 30_000,
        maxWorkers: WORKERS,
      }),
      kind(1, 'journeys', {
        include: ['tests/journeys/**/*.test.ts'],
        globalSetup: './tests/support/database-setup.ts',
        testTimeout: 60_000,
        hookTimeout: 60_000,
        maxWorkers: WORKERS,
        // Each file would load the whole product anew.
        isolate: false,
      }),
      kind(2, 'simulation', {
        include: ['tests/simulation/**/*.test.ts'],
        globalSetup: './tests/support/database-setup.ts',
        fileParallelism: false,
        testTimeout: 120_000,
        hookTimeout: 60_000,
      }),
      kind(3, 'faults', {
        include: ['tests/faults/**/*.test.ts'],
        // Most of their time they wait, so two go side by side; more would measure each other.
        maxWorkers: 2,
        testTimeout: 900_000,
        hookTimeout: 120_000,
      }),
      kind(4, 'browser', {
        include: ['tests/browser/**/*.test.ts'],
        globalSetup: './tests/support/database-setup.ts',
        fileParallelism: false,
        testTimeout: 180_000,
        hookTimeout: 120_000,
      }),
    ],
  },
})
