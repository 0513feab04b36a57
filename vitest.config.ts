import fs from 'node:fs'
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

const databaseSetup = './tests/support/database-setup.ts'
const withDatabase = fs.existsSync(databaseSetup) ? { globalSetup: databaseSetup } : {}

// One kind after the other: the later ones start whole products, and measure how long things take.
const kind = (
  order: number,
  name: string,
  options: NonNullable<TestProjectInlineConfiguration['test']>,
): TestProjectInlineConfiguration => ({
  test: { name, environment: 'node', sequence: { groupOrder: order }, ...options },
})

export default defineConfig({
  test: {
    passWithNoTests: true,
    exclude: [...configDefaults.exclude, 'data/**'],
    reporters: ['default', './tools/test-count-reporter.ts'],
    projects: [
      kind(0, 'unit', { include: ['{server,web,sandbox,tools}/**/*.test.{ts,tsx}'] }),
      kind(1, 'journeys', {
        include: ['tests/journeys/**/*.test.ts'],
        ...withDatabase,
        testTimeout: 60_000,
        hookTimeout: 60_000,
      }),
      kind(2, 'faults', {
        include: ['tests/faults/**/*.test.ts'],
        ...withDatabase,
        fileParallelism: false,
        testTimeout: 900_000,
        hookTimeout: 120_000,
      }),
      kind(3, 'browser', {
        include: ['tests/browser/**/*.test.ts'],
        ...withDatabase,
        fileParallelism: false,
        testTimeout: 180_000,
        hookTimeout: 120_000,
      }),
    ],
  },
})
