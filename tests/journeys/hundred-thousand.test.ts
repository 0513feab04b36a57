import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely'
import { describe, expect, it } from 'vitest'
import { everything, viewerOf } from '../../server/access/sight.ts'
import { countAlerts, findAlerts, similarAlerts } from '../../server/alerts/query.ts'
import { type Alert, AlertQuery } from '../../server/alerts/schema.ts'
import type { Database, Tx } from '../../server/database/connection.ts'
import { lockClimb, lockRunning } from '../../server/escalation/store.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addAlerts } from '../support/many-alerts.ts'
import { addSource } from '../support/seven-steps.ts'
import { signInNew } from '../support/sign-in.ts'

const open = worldsOfThisFile()
const ALERTS = 100_000
const PAGE = 100

/** What the database would do for whatever `ask` asks it. */
async function plansOf(db: Database, ask: (db: Database) => Promise<unknown>): Promise<string[]> {
  const asked: { node: RootOperationNode; id: Parameters<KyselyPlugin['transformQuery']>[0]['queryId'] }[] = []
  const spy: KyselyPlugin = {
    transformQuery: ({ node, queryId }) => {
      asked.push({ node, id: queryId })
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await ask(db.withPlugin(spy) as Database)
  const plans: string[] = []
  for (const { node, id } of asked) {
    const { sql: text, parameters } = db.getExecutor().compileQuery(node, id)
    const { rows } = await db.executeQuery<Record<string, string>>(
      CompiledQuery.raw(`explain ${text}`, [...parameters]),
    )
    plans.push(rows.map((row) => Object.values(row)[0]).join('\n'))
  }
  return plans
}

describe('100,000 alerts', () => {
  it('are paged, filtered and compared without reading the whole table, whoever looks', async () => {
    const world = await open()
    const { source, policy } = await addSource(world, { name: 'Monitoring', integrationType: 'API' })
    await addAlerts(world.db, { sourceId: source.id, policyId: policy.id, count: ALERTS })
    await world.api.post('/api/teams', { name: 'Secret', visibility: 'PRIVATE' })
    const nora = await signInNew(world, 'Nora', 'USER')
    const viewer = viewerOf({
      kind: 'person',
      personId: nora.user.id,
      name: 'Nora',
      role: 'USER',
      sessionHash: Buffer.alloc(0),
      csrfToken: '',
    })

    const first = await world.api.call<Alert[]>('GET', `/api/alerts?max-results=${PAGE}`)
    expect(first.body).toHaveLength(PAGE)
    expect((await nora.client.get<Alert[]>(`/api/alerts?max-results=${PAGE}`)).length).toBe(PAGE)
    const deep = Buffer.from(`${new Date('2026-02-28T00:00:00Z').getTime()}.86400`).toString('base64url')
    expect((await world.api.get<Alert[]>(`/api/alerts?max-results=${PAGE}&cursor=${deep}`))[0]?.summary).toMatch(/host/)

    const queries: Record<string, unknown>[] = [
      {},
      { cursor: first.headers.get('next-cursor') },
      { cursor: deep },
      { states: ['PENDING', 'ACCEPTED'] },
      { states: ['PENDING'], priority: 'HIGH', sources: [source.id] },
      { merged: 'false', policies: [policy.id] },
      { from: '2026-02-28T23:00:00Z' },
      { unattended: 'true', states: ['PENDING'] },
    ]
    for (const some of queries) {
      const query = AlertQuery.parse({ 'max-results': PAGE, ...some })
      for (const who of [everything, viewer]) {
        const plans = await plansOf(world.db, (db) => findAlerts(db, who, query))
        expect(plans).toHaveLength(1)
        expect({ some, plan: plans[0] }).toMatchObject({ plan: expect.not.stringMatching(/Seq Scan on alert(\s|$)/m) })
      }
    }
    // What the badge counts, and what looks like an alert.
    const stillOpen = AlertQuery.parse({ states: ['PENDING', 'ACCEPTED'] })
    const others = await plansOf(world.db, async (db) => {
      expect(await countAlerts(db, viewer, stillOpen)).toBe(ALERTS / 20)
      await similarAlerts(db, viewer, first.body[0]?.id ?? 0)
      // Whoever answers holds the climb, found by its alert.
      await lockClimb(db as unknown as Tx, first.body[0]?.id ?? 0)
      await lockRunning(db as unknown as Tx, first.body[0]?.id ?? 0)
    })
    expect(others).toHaveLength(4)
    for (const plan of others) expect(plan).not.toMatch(/Seq Scan on (alert|escalation)(\s|$)/m)
  })
})
