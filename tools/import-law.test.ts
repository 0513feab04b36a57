import { describe, expect, test } from 'vitest'
import { breaches, importsOf } from './import-law.mjs'

const importing = (target: string) => `import { thing } from '${target}'\n`

describe('the import law finds', () => {
  test.each([
    ['a shape that needs the database', 'server/alerts/schema.ts', '../database/connection.ts'],
    ['a rule that reads the clock', 'server/escalation/decide.ts', '../runtime/clock.ts'],
    ['a rule that asks the database', 'server/intake/lookups/decide.ts', './store.ts'],
    ['an integration that writes alerts', 'server/integrations/4me/receive.ts', '../../alerts/actions.ts'],
    ['an integration that uses another one', 'server/integrations/4me/receive.ts', '../api/receive.ts'],
    ['a language that knows what it is for', 'server/templates/render.ts', '../alerts/store.ts'],
    ['a channel that asks the database', 'server/channels/email/send.ts', '../../database/connection.ts'],
    ['alerts that call back into intake', 'server/alerts/actions.ts', '../intake/actions.ts'],
    ['escalation that calls back into alerts', 'server/escalation/actions.ts', '../alerts/store.ts'],
    ['notifications that call back into escalation', 'server/notifications/actions.ts', '../escalation/actions.ts'],
    ['a timeline that knows a station', 'server/timeline/store.ts', '../alerts/actions.ts'],
    ['on-call that knows a station', 'server/oncall/view.ts', '../escalation/climb.ts'],
    ['an engine that knows a station', 'server/engine/turn.ts', '../intake/actions.ts'],
    ['a runtime that knows the product', 'server/runtime/log.ts', '../directory/store.ts'],
    ['a server that needs its pretend surroundings', 'server/main.ts', '../sandbox/4me/store.ts'],
    ['a web app that reaches into the server', 'web/alerts/AlertPage.tsx', '../../server/alerts/store.ts'],
    ['a web app that needs Node', 'web/api/client.ts', 'node:fs'],
    ['a sandbox that uses the server', 'sandbox/4me/store.ts', '../../server/runtime/json.ts'],
  ])('%s', (_name, file, target) => {
    expect(breaches(file, importing(target))).toEqual([expect.stringContaining(`${file}:1 must not import `)])
  })

  test.each([
    "export * from './store.ts'",
    "export { thing } from './store.ts'",
    "export type {\n  A,\n} from './b.ts'",
  ])('a file that passes on what another exports: %s', (source) => {
    expect(breaches('server/alerts/index.ts', source)).toHaveLength(1)
  })
})

describe('the import law allows', () => {
  test.each([
    ['server/alerts/schema.ts', '../directory/schema.ts'],
    ['server/alerts/decide.ts', '../runtime/time.ts'],
    ['server/oncall/layers/decide.ts', '../../runtime/zoned.ts'],
    ['server/integrations/4me/client.ts', './regions.ts'],
    ['server/integrations/index.ts', './4me/index.ts'],
    ['server/intake/actions.ts', '../alerts/actions.ts'],
    ['server/notifications/store.ts', '../alerts/schema.ts'],
    ['server/notifications/answer-page/routes.ts', '../../alerts/actions.ts'],
    ['server/database/embedded.ts', '../../tools/data-folder-lock.mjs'],
    ['web/alerts/AlertPage.tsx', '../../server/alerts/schema.ts'],
    ['web/alerts/AlertPage.tsx', '@tanstack/react-query'],
    ['sandbox/inbox/mail.ts', 'smtp-server'],
  ])('%s to import %s', (file, target) => {
    expect(breaches(file, importing(target))).toEqual([])
  })
})

test('an import is found however it is written, and never in a comment or a text', () => {
  const source = [
    "import type { A } from '../a.ts'",
    "import '../styles.css'",
    "const later = await import('./later.ts')",
    "// import { b } from '../b.ts'",
    'const text = `import { c } from "../c.ts" ${await import("./d.ts")}`',
    "const quote = /'/.test(\"from './e.ts'\")",
  ].join('\n')
  expect(importsOf('server/alerts/x.ts', source)).toEqual([
    { target: 'server/a.ts', line: 1 },
    { target: 'server/styles.css', line: 2 },
    { target: 'server/alerts/later.ts', line: 3 },
    { target: 'server/alerts/d.ts', line: 5 },
  ])
})
