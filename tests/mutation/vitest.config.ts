import { defineConfig } from 'vitest/config'

/** What the mutants of the pure modules have to get past: the unit tests of the server that talk to nobody. */
export default defineConfig({
  test: {
    include: ['server/**/*.test.ts', 'tests/mutation/*.test.ts'],
    exclude: ['server/access/**', 'server/channels/email/send.test.ts', 'server/runtime/outbound.test.ts'],
    testTimeout: 60_000,
    setupFiles: ['tests/mutation/same-dice.ts'],
  },
})
