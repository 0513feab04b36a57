import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { worldsOfThisFile } from '../support/each-world.ts'
import { connectedWith, newRequest, reconcile } from '../support/fourme.ts'
import { alertsOf } from '../support/seven-steps.ts'

const open = worldsOfThisFile()

/** Every connection this process opens by HTTP, as the client itself tells it, apart from what the tests ask. */
function recordEgress(): Set<string> {
  const asked = new Set<string>()
  const onRequest = (message: unknown) => {
    const { request } = message as { request: { origin?: string | URL; headers?: string | string[] } }
    const headers = Array.isArray(request.headers) ? request.headers.join('\n') : String(request.headers ?? '')
    // The guarded client signs all it sends; the sandbox and the tests do not.
    if (/user-agent[:\s]+Tocsin/i.test(headers)) asked.add(String(request.origin))
  }
  subscribe('undici:request:create', onRequest)
  onTestFinished(() => void unsubscribe('undici:request:create', onRequest))
  return asked
}

/** A host that must never be asked for anything. */
async function openTrap(): Promise<{ origin: string; hits: () => number }> {
  let hits = 0
  const server = createServer((_request, response) => {
    hits += 1
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())))
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hits: () => hits }
}

describe('the hosts that are asked', () => {
  it('are those of the configured account and no other, whatever deliveries, tokens and lists say', async () => {
    const trap = await openTrap()
    const asked = recordEgress()
    const world = await open()
    const source = await connectedWith(world, {
      writeBack: { accept: true, resolve: true },
      webhookPolicy: null,
    })
    const path = new URL(source.integrationUrl ?? '').pathname
    const ticket = await newRequest(world)
    const [alert] = await alertsOf(world)
    await world.advance(1)
    await world.api.put(`/api/alerts/${alert?.id}/resolve`, { comment: `See ${trap.origin}` })
    await world.settle()
    const body = (more: Record<string, unknown>) => ({
      webhook_id: 220,
      account_id: 'acme',
      account: trap.origin,
      custom_url: trap.origin,
      object_id: ticket.id,
      ...more,
    })
    const expires = Math.floor(world.clock.instant.getTime() / 1_000) + 3_600
    for (const callback of [
      `${trap.origin}/webhooks/220/verify?code=${'a'.repeat(24)}&expires_at=${expires}`,
      `${world.sandboxUrl}\\@${trap.origin.slice(7)}/webhooks/220/verify?code=a&expires_at=${expires}`,
      `${world.sandboxUrl.replace('//', `//${trap.origin.slice(7)}@`)}/webhooks/220/verify?code=a&expires_at=${expires}`,
    ]) {
      await world.outside.call('POST', path, body({ event: 'webhook.verify', payload: { callback } }))
    }
    await world.outside.call('POST', path, body({ event: 'request.update', payload: { status: 'assigned' } }), {
      link: `<${trap.origin}/requests/${ticket.id}>; rel="canonical", <${trap.origin}/v1/requests/${ticket.id}>; rel="resource"`,
    })
    await world.advance(120)
    await reconcile(world, source.id)
    await world.api.post(`/api/alert-sources/${source.id}/test-connection`)
    await world.settle()
    expect([...asked]).toEqual([world.sandboxUrl])
    expect(trap.hits()).toBe(0)
  })

  it('no issuer of a token is asked but the account', async () => {
    const trap = await openTrap()
    const asked = recordEgress()
    const world = await open()
    const source = await connectedWith(world, { webhookPolicy: { openIdConnectDiscovery: true } }, { webhooks: false })
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const iat = Math.floor(world.clock.instant.getTime() / 1_000)
    for (const iss of [`${trap.origin}/webhook_policies/abc`, trap.origin]) {
      const jwt = `${part({ alg: 'RS256', kid: 'x', jku: trap.origin })}.${part({ iss, iat, nbf: iat, data: {} })}.AAAA`
      const answer = await world.outside.call('POST', new URL(source.integrationUrl ?? '').pathname, { jwt })
      expect(answer.status).toBe(401)
    }
    expect([...asked]).toEqual([world.sandboxUrl])
    expect(trap.hits()).toBe(0)
  })
})
