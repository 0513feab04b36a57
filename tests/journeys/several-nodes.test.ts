import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { rulesOf, sourceById } from '../../server/alert-sources/store.ts'
import { applyEvent } from '../../server/alerts/events.ts'
import { isConnectionLoss } from '../../server/database/failures.ts'
import { holdSource, releaseSource } from '../../server/intake/store.ts'
import type { IncomingEvent } from '../../server/integrations/contract.ts'
import { integrationByType } from '../../server/integrations/index.ts'
import { LEASE_SECONDS } from '../../server/notifications/outbox.ts'
import { confirmPage, findDuePage, renewLease, saveEnding, takePage } from '../../server/notifications/store.ts'
import { addSeconds } from '../../server/runtime/time.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, alertsOf, ownAlertsOf, timelineOf } from '../support/seven-steps.ts'
import type { World } from '../support/world.ts'

const open = worldsOfThisFile()

/** As a node does it in its transaction. */
const claim = (world: World, at: Date) =>
  world.db.transaction().execute(async (tx) => {
    const found = await findDuePage(tx, at)
    return found && takePage(tx, found, addSeconds(at, LEASE_SECONDS))
  })
const pagesOf = (world: World, alertId: number) => world.api.get(`/api/alerts/${alertId}/notifications`)
const refused = { status: 'ERROR', error: 'No such mailbox.' } as const
const handedOver = { status: 'SUCCESS', receipt: '250 ok' } as const

/** An alert whose page another node took the moment it was due; `world` is the node that is left. */
async function takenByAnotherNode(world: World) {
  const { source } = await addSource(world, { name: 'Monitoring', integrationType: 'API' })
  // It fails once in passing, so that there is a moment at which it is due again.
  await world.inbox.put('/api/faults', { mode: 'temporary', remaining: 1 })
  await world.outside.post('/api/events', {
    integrationKey: source.integrationKey,
    eventType: 'ALERT',
    summary: 'Disk almost full',
  })
  await world.settle()
  const [alert] = await alertsOf(world)
  const waiting = await world.db.selectFrom('notification').select('due_at').executeTakeFirstOrThrow()
  const page = await claim(world, waiting.due_at)
  if (!alert || !page) throw new Error('There is no page to take.')
  const secondsUntil = (at: Date) => (at.getTime() - world.clock.instant.getTime()) / 1_000
  return { alert, page, takenAt: waiting.due_at, secondsUntil }
}

describe('a page that another node took', () => {
  it('is left to it while its lease lasts', async () => {
    const world = await open({ losesNoCommits: true })
    const { takenAt, secondsUntil } = await takenByAnotherNode(world)
    await world.advance(secondsUntil(addSeconds(takenAt, LEASE_SECONDS - 1)))
    expect(await world.mails()).toEqual([])
  })

  it('is sent when the lease is over and nothing was heard of that node: it does not count as failed', async () => {
    const world = await open({ losesNoCommits: true })
    const { alert, takenAt, secondsUntil } = await takenByAnotherNode(world)
    await world.advance(secondsUntil(addSeconds(takenAt, LEASE_SECONDS)))
    expect(await world.mails()).toMatchObject([{ to: ['pia@example.com'] }])
    expect(await pagesOf(world, alert.id)).toMatchObject([{ status: 'SUCCESS', attempts: 3, errorMessage: null }])
    // And not because the auditor had to put it right.
    expect(await ownAlertsOf(world)).toEqual([])
  })

  it('has one ending: a node that wakes when another has the page says nothing about it any more', async () => {
    // Saved without the trace, as only tests can.
    const world = await open({ losesNoCommits: true, isDamaged: true })
    const { alert, page, takenAt } = await takenByAnotherNode(world)
    const wakesAt = addSeconds(takenAt, LEASE_SECONDS)
    const taken = await claim(world, wakesAt)
    if (!taken) throw new Error('The lease is over, and nobody can take the page.')
    expect(taken.id).toBe(page.id)

    expect(await renewLease(world.db, page, addSeconds(wakesAt, 60))).toBe(false)
    expect(await world.db.transaction().execute((tx) => saveEnding(tx, page, refused, wakesAt))).toBe(false)
    expect(await world.db.transaction().execute((tx) => saveEnding(tx, taken, handedOver, wakesAt))).toBe(true)
    expect(await pagesOf(world, alert.id)).toMatchObject([{ status: 'SUCCESS', errorMessage: null }])
  })

  it('is called off when it fails after somebody answered, and is not tried again', async () => {
    const world = await open({ losesNoCommits: true })
    const { alert, page, takenAt } = await takenByAnotherNode(world)
    await world.api.put(`/api/alerts/${alert.id}/accept`)
    const again = { status: 'SCHEDULED', dueAt: addSeconds(takenAt, 8), error: 'The server is busy.' } as const
    await world.db.transaction().execute((tx) => saveEnding(tx, page, again, takenAt))
    await world.advance(10 * 60)
    expect(await world.mails()).toEqual([])
    expect(await pagesOf(world, alert.id)).toMatchObject([{ status: 'CANCELLED' }])
    expect((await timelineOf(world, alert.id)).join('\n')).toMatch(/called off: somebody answered first/)
  })
})

describe('a page right before it leaves', () => {
  it('stays when somebody answered while its node was frozen, and is called off', async () => {
    const world = await open({ losesNoCommits: true })
    const { alert, page, takenAt } = await takenByAnotherNode(world)
    expect(await confirmPage(world.db, page, addSeconds(takenAt, LEASE_SECONDS))).toBe(true)
    await world.api.put(`/api/alerts/${alert.id}/accept`)
    expect(await confirmPage(world.db, page, addSeconds(takenAt, LEASE_SECONDS))).toBe(false)
    await world.advance(20)
    expect(await pagesOf(world, alert.id)).toMatchObject([{ status: 'CANCELLED' }])
    expect(await world.mails()).toEqual([])
  })

  it('is the node’s that took it last', async () => {
    const world = await open({ losesNoCommits: true })
    const { page, takenAt } = await takenByAnotherNode(world)
    const taken = await claim(world, addSeconds(takenAt, LEASE_SECONDS))
    if (!taken) throw new Error('The lease is over, and nobody can take the page.')
    expect(await confirmPage(world.db, page, addSeconds(takenAt, 60))).toBe(false)
    expect(await confirmPage(world.db, taken, addSeconds(takenAt, 60))).toBe(true)
  })

  it('is not tried again for the old people when the alert was sent elsewhere while it was under way', async () => {
    const world = await open({ losesNoCommits: true })
    const { alert, page, takenAt } = await takenByAnotherNode(world)
    await world.api.put(`/api/alerts/${alert.id}/escalate`, { levelIndex: 0 })
    const again = { status: 'SCHEDULED', dueAt: addSeconds(takenAt, 8), error: 'The server is busy.' } as const
    await world.db.transaction().execute((tx) => saveEnding(tx, page, again, takenAt))
    await world.advance(60)
    const pages = (await pagesOf(world, alert.id)) as { id: string; status: string }[]
    expect(pages.find(({ id }) => id === page.id)).toMatchObject({ status: 'CANCELLED' })
    expect((await timelineOf(world, alert.id)).join('\n')).toMatch(/called off: the alert was sent elsewhere meanwhile/)
    // The new climb asks anew.
    expect(await world.mails()).toHaveLength(1)
  })
})

describe('the same change', () => {
  it('is one alert when several nodes apply it at once', async () => {
    const world = await open()
    const { source } = await addSource(world)
    const [row, integration] = [await sourceById(world.db, source.id), integrationByType('FOURME')]
    if (!row || !integration) throw new Error('There is no source.')
    const event: IncomingEvent = {
      type: 'ALERT',
      alertKey: 'acme:request:70470',
      version: 71_960,
      birth: true,
      status: 'assigned',
      text: '4me: request 70470 created, status assigned',
      facts: { summary: 'Request 70470' },
      customDetails: {},
      comments: [],
      routingKey: null,
      lookup: null,
      onlyIfFound: null,
    }
    const now = world.clock.instant
    const nodes = Array.from({ length: 4 }, () =>
      world.db.transaction().execute((tx) => applyEvent(tx, rulesOf(row, integration), event, null, now)),
    )
    const applied = await Promise.all(nodes)
    expect(applied.map(({ decision }) => decision.kind).toSorted()).toEqual([
      'duplicate',
      'duplicate',
      'duplicate',
      'open',
    ])
    await world.settle()
    expect(await alertsOf(world)).toMatchObject([{ alertKey: 'acme:request:70470', eventCount: 1 }])
    expect(await world.mails()).toHaveLength(1)
  })
})

describe('a node that stands still while it reads a source', () => {
  const IDLE_MS = 300

  it('loses the source with its connection, and one that only lets it go keeps its connection', async () => {
    const world = await open({ losesNoCommits: true })
    const { source } = await addSource(world, { name: 'Monitoring', integrationType: 'API' })
    const holds = (idleMs?: number) =>
      world.db.connection().execute(async (other) => {
        const isHeld = await holdSource(other, source.id, idleMs)
        if (isHeld) await releaseSource(other, source.id)
        return isHeld
      })
    await world.db.connection().execute(async (frozen) => {
      expect(await holdSource(frozen, source.id, IDLE_MS)).toBe(true)
      expect(await holds()).toBe(false)
      await expect.poll(() => holds(), { timeout: 10_000 }).toBe(true)
      const cause = await releaseSource(frozen, source.id).catch((it) => it)
      expect(isConnectionLoss(cause)).toBe(true)
    })

    await world.outside.post('/api/events', {
      integrationKey: source.integrationKey,
      eventType: 'ALERT',
      summary: 'Disk almost full',
    })
    await world.settle()
    expect(await alertsOf(world)).toHaveLength(1)
    // Released, the connection may lie idle in its pool as long as it likes.
    await world.db.connection().execute(async (reader) => {
      const patience = async () =>
        (await sql<{ it: string }>`select current_setting('idle_session_timeout') as it`.execute(reader)).rows[0]?.it
      await holdSource(reader, source.id)
      expect(await patience()).toBe('10s')
      await releaseSource(reader, source.id)
      expect(await patience()).toBe('0')
    })
  })
})
