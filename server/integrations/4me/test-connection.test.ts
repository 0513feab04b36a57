import { describe, expect, test } from 'vitest'
import { type OutboundAnswer, OutboundError, type OutboundRequest } from '../../runtime/outbound.ts'
import { exampleSettings } from './examples.ts'
import type { FourmeSettings } from './settings.ts'
import { testConnection } from './test-connection.ts'

const settings: FourmeSettings = { ...exampleSettings, authToken: 's3cret' }
const json = (status: number, body: unknown = {}): OutboundAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const page = (status: number): OutboundAnswer => ({ status, headers: { 'content-type': 'text/html' }, body: '<html>' })
const active = (...scopes: string[]) => json(200, { active: true, scopes })
const unauthorized = json(401, { message: 'Unauthorized' })
const forbidden = json(403, { message: 'Forbidden' })

type Answer = OutboundAnswer | OutboundError

/** Runs the test against a 4me that answers as told; what is not told is right. */
async function run(
  told: Partial<Record<'host' | 'screens' | 'introspect' | 'requests' | 'problems', Answer>>,
  given = settings,
) {
  const asked: OutboundRequest[] = []
  const outbound = async (request: OutboundRequest) => {
    asked.push(request)
    const { pathname } = new URL(request.url)
    const answer =
      pathname === '/v1'
        ? (told.host ?? json(200))
        : pathname === '/introspect'
          ? (told.introspect ?? active('request:CRU', 'problem:CRU'))
          : pathname === '/v1/requests'
            ? (told.requests ?? json(200, [{ id: 1 }]))
            : pathname === '/v1/problems'
              ? (told.problems ?? json(200, []))
              : (told.screens ?? page(200))
    if (answer instanceof OutboundError) throw answer
    return answer
  }
  const checks = await testConnection(given, outbound)
  return { checks, asked, wrong: checks.filter((check) => !check.ok).map((check) => `${check.code}: ${check.text}`) }
}

describe('Test connection', () => {
  test('says of each thing that it is right', async () => {
    const { checks, asked } = await run({})
    expect(checks.map((check) => [check.code, check.ok])).toEqual([
      ['host', true],
      ['account', true],
      ['token', true],
      ['request-read', true],
      ['problem-read', true],
      ['write', true],
    ])
    expect(asked.map((request) => request.url)).toEqual([
      'https://api.4me.com/v1',
      'https://oauth.4me.com/introspect',
      'https://api.4me.com/v1/requests?per_page=1&fields=id',
      'https://api.4me.com/v1/problems?per_page=1&fields=id',
    ])
  })

  test.each([
    [
      'a host that does not exist',
      { host: new OutboundError('dns', 'There is no host api.4me.com.') },
      'host: There is no host api.4me.com.',
    ],
    [
      'a host that is something else',
      { host: page(404) },
      /^host: https:\/\/api\.4me\.com\/v1 answers a web page \(404\)/,
    ],
    [
      'a wrong account',
      {
        introspect: json(400, { message: 'Invalid x-xurrent-account header' }),
        requests: unauthorized,
        problems: unauthorized,
      },
      /^account: There is no account acme at 4me\.com/,
    ],
    [
      'a token of another account',
      { requests: unauthorized, problems: unauthorized },
      /^account: There is no account acme/,
    ],
    [
      'a wrong token',
      { introspect: unauthorized, requests: unauthorized, problems: unauthorized },
      /^token: 4me does not know this token at 4me\.com.*another region\.$/,
    ],
    [
      'a revoked token',
      { introspect: json(200, { active: false }), requests: unauthorized, problems: unauthorized },
      /^token: 4me does not know/,
    ],
    [
      'either, where 4me does not tell',
      { introspect: json(404), requests: unauthorized, problems: unauthorized },
      /^token: .*The token, the account name or the region is wrong\.$/,
    ],
    [
      'a missing scope for requests',
      { requests: forbidden },
      /^request-read: The token lacks the scope Request, action Read/,
    ],
    [
      'a missing scope for problems',
      { problems: forbidden },
      /^problem-read: The token lacks the scope Problem, action Read/,
    ],
    ['a limit that is used up', { requests: json(429) }, /^request-read: 4me asks for fewer calls/],
    ['a failing API', { introspect: json(500), requests: page(502), problems: json(500) }, /^token: 4me did not say/],
  ])('names %s first', async (_title, told, expected) => {
    const { wrong } = await run(told)
    expect(wrong[0]).toMatch(expected)
    expect(JSON.stringify(wrong)).not.toContain('s3cret')
  })

  test('asks nothing with the token when the host is wrong', async () => {
    const { asked } = await run({ host: page(404) })
    expect(asked.filter((request) => request.headers?.authorization)).toEqual([])
  })

  test('believes what works more than what is said about the token', async () => {
    expect((await run({ introspect: unauthorized })).wrong).toEqual([])
    expect((await run({ introspect: new OutboundError('dns', 'x') })).wrong).toEqual([])
  })

  test('says what writing back would need, without calling it wrong', async () => {
    const { checks } = await run({ introspect: active('request:R', 'problem:*') })
    expect(checks.at(-1)).toMatchObject({
      code: 'write',
      ok: true,
      text: expect.stringContaining('may not update requests.'),
    })
  })

  test('asks an own domain for its screens too, without the token', async () => {
    const own = { ...settings, region: 'custom', apiUrl: 'http://localhost:4001', accountUrl: 'http://localhost:4009' }
    const { asked, wrong } = await run(
      { screens: new OutboundError('connect', 'The connection to localhost:4009 failed.') },
      own,
    )
    expect(wrong).toEqual(['account-url: The connection to localhost:4009 failed.'])
    const screens = asked.find((request) => request.url === 'http://localhost:4009/')
    expect(screens?.headers?.authorization).toBeUndefined()
    expect(asked.map((request) => request.url)).toContain('http://localhost:4001/introspect')
  })
})
