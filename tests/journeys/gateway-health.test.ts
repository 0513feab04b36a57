import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Channel } from '../../server/channels/contract.ts'
import { requestPage } from '../../server/channels/email/examples.ts'
import { sms } from '../../server/channels/sms/index.ts'
import { type Databases, openDatabase } from '../../server/database/connection.ts'
import { gatewayMemory } from '../../server/notifications/channels/sightings.ts'
import { silentLog } from '../../server/runtime/log.ts'
import { createOutbound } from '../../server/runtime/outbound.ts'
import { TestClock } from '../support/clock.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { type PhoneEntry, phone } from '../support/phone.ts'
import type { World } from '../support/world.ts'

const MINUTE = 60_000
const open = worldsOfThisFile()
let database: TestDatabase
let nodes: Databases[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  const poolSizes = { http: 1, engine: 1, writeback: 1, housekeeping: 1 }
  nodes = await Promise.all(
    [1, 2].map(() => openDatabase({ connection: database.connection, log: silentLog(), poolSizes })),
  )
})
afterAll(async () => {
  for (const node of nodes) await node.close()
  await database.drop()
})

/** The SMS channel of one node, with connections of its own. */
function channelOf(world: World, node: Databases, clock: TestClock): Channel {
  const gateway = { kind: 'TWILIO', url: world.inboxUrl, accountSid: 'ACone', authToken: 'token', from: '+431' }
  const backup = {
    backupKind: 'TWILIO',
    backupUrl: world.inboxUrl,
    backupAccountSid: 'ACBtwo',
    backupAuthToken: 'token',
    backupFrom: '+432',
  }
  return sms.create(sms.settings.parse({ ...gateway, ...backup }), {
    outbound: createOutbound({ allow: ['127.0.0.1'] }),
    clock,
    publicUrl: '',
    inboundUrl: '',
    inboundSecret: '',
    gateways: gatewayMemory(node.engine),
  })
}

it('a gateway that one node saw fail three times is asked second by the other, and first again ten minutes later', async () => {
  const world = await open()
  const clock = new TestClock('2026-03-02T09:00:00.000Z')
  const [one, two] = nodes.map((node) => channelOf(world, node, clock))
  const send = async (channel: Channel | undefined): Promise<string | undefined> => {
    expect(await channel?.send({ ...requestPage, target: '+436601234567' })).toMatchObject({ kind: 'sent' })
    const [newest] = (await phone(world)) as (PhoneEntry & { from: string })[]
    return newest?.from
  }
  const fault = (mode: string, remaining: number | null = null) =>
    world.inbox.put('/api/phone-faults', { provider: 'gateway', mode, remaining })

  expect(await send(one)).toBe('+431')
  await fault('5xx', 3)
  // Each of them goes by the second gateway at once.
  for (let failure = 0; failure < 3; failure++) {
    expect(await send(one)).toBe('+432')
    clock.advanceTo(new Date(clock.instant.getTime() + MINUTE))
  }
  // The first is well again, and the other node never called it: it still knows.
  expect(await send(two)).toBe('+432')
  expect(await send(one)).toBe('+432')
  clock.advanceTo(new Date(clock.instant.getTime() + 10 * MINUTE))
  expect(await send(two)).toBe('+431')
  expect(await send(one)).toBe('+431')
  const rows = await nodes[0]?.http.selectFrom('gateway_sighting').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain('ACone')
})
