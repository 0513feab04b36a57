import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callbackExpiresAt, callbackRefusal } from './callback.ts'
import { DOMAINS } from './regions.ts'

const now = new Date('2026-11-24T09:00:00Z')
const soon = now.getTime() / 1_000 + 3_600
const wdc = { accountName: 'wdc', region: '4me.com' }
const good = `https://wdc.4me.com/webhooks/219/verify?code=EmzqeGYTj5LAIwY-hWoYNLJQ&expires_at=${soon}`
const refusal = (url: string, settings: Parameters<typeof callbackRefusal>[1] = wdc, webhookId = '219') =>
  callbackRefusal({ url, webhookId }, settings, now)

describe('a verify callback is followed', () => {
  test.each([
    ['at the configured account', good, wdc],
    ['under the other brand of the same installation', good.replace('4me.com', 'xurrent.com'), wdc],
    [
      'with its parameters the other way round',
      `https://wdc.4me.com/webhooks/219/verify?expires_at=${soon}&code=a_b-c`,
      wdc,
    ],
    [
      'in the configured region',
      good.replace('4me.com', 'us.xurrent.com'),
      { accountName: 'WDC', region: 'us.4me.com' },
    ],
    [
      'at the own domain, with its scheme and port',
      `http://localhost:4001/webhooks/219/verify?code=abc&expires_at=${soon}`,
      { accountName: 'wdc', region: 'custom', accountUrl: 'http://localhost:4001' },
    ],
  ])('%s', (_title, url, settings) => {
    expect(refusal(url, settings)).toBeNull()
  })
})

describe('a verify callback is refused', () => {
  const at = (origin: string) => good.replace('https://wdc.4me.com', origin)
  test.each([
    ['another host that begins like it', at('https://wdc.4me.com.evil.example')],
    ['another host that ends like it', at('https://x4me.com')],
    ['a host behind a backslash', good.replace('https://', 'https://evil.example\\@')],
    ['a host behind a fragment', good.replace('https://', 'https://evil.example#@')],
    ['a user name', good.replace('https://', 'https://ann@')],
    ['an empty user name', good.replace('https://', 'https://@')],
    ['a user name and password', good.replace('https://', 'https://a:b@')],
    ['an empty user name and password', good.replace('https://', 'https://:@')],
    ['a password alone', good.replace('https://', 'https://:b@')],
    ['a user name behind more slashes', good.replace('https://', 'https:///ann@')],
    ['a user name behind no slashes', good.replace('https://', 'https:ann@')],
    ["another account's host", at('https://evil.4me.com')],
    ['another region', at('https://wdc.us.4me.com')],
    ['another environment', at('https://wdc.4me.qa')],
    ['the bare domain', at('https://4me.com')],
    ['the API host', at('https://api.4me.com')],
    ['a trailing dot', at('https://wdc.4me.com.')],
    ['a Cyrillic look-alike', at('https://wdc.4mе.com')],
    ['an address', at('https://127.1')],
    ['plain http', at('http://wdc.4me.com')],
    ['another port', at('https://wdc.4me.com:8443')],
    ['another scheme', at('ftp://wdc.4me.com')],
    ["another webhook's number", good.replace('219', '220')],
    ['a number with a zero in front', good.replace('219', '0219')],
    ['another path', good.replace('/verify', '/disable')],
    ['a path before it', good.replace('/webhooks', '/x/webhooks')],
    ['a longer path', good.replace('/verify', '/verify/')],
    ['a path in disguise', good.replace('/webhooks', '/web%68ooks')],
    ['one more parameter', `${good}&next=https://evil.example`],
    ['a parameter twice', `${good}&code=again`],
    ['no code', good.replace(/code=[^&]+&/, '')],
    ['an empty code', good.replace(/code=[^&]+&/, 'code=&')],
    ['no expiry', good.replace(/&expires_at=\d+/, '')],
    ['an expiry that is no number', good.replace(/expires_at=\d+/, 'expires_at=1e12')],
    ['a past expiry', good.replace(String(soon), String(now.getTime() / 1_000))],
    ['a fragment', `${good}#x`],
    ['an empty fragment', `${good}#`],
    ['blanks around it', ` ${good}`],
    ['a line break in it', good.replace('219', '2\n19')],
    ['no URL', '//wdc.4me.com/webhooks/219/verify'],
    ['nothing', ''],
  ])('with %s', (_title, url) => {
    expect(refusal(url)).toMatch(/\.$/)
  })

  test('unless it is text', () => {
    expect(refusal(['https://wdc.4me.com'] as unknown as string)).toMatch(/\.$/)
    for (const text of [undefined, null, 7, [good]])
      expect(refusal(text as unknown as string)).toBe('The callback is not a plain address.')
  })

  test.each([
    [
      'a host that is not the account',
      at('https://evil.4me.com'),
      'The callback leads to evil.4me.com, not to wdc.4me.com.',
    ],
    ['a port', at('https://wdc.4me.com:8443'), 'The callback leads to port 8443, not to the default one.'],
    ['a scheme', at('http://wdc.4me.com'), 'The callback is not https.'],
    ['a user name', good.replace('https://', 'https://ann@'), 'The callback carries a user name.'],
    ['a password', good.replace('https://', 'https://:b@'), 'The callback carries a user name.'],
    ['no URL', 'wdc.4me.com', 'The callback is not an address.'],
    ['a blank', `${good} `, 'The callback is not a plain address.'],
    [
      "another webhook's number",
      good.replace('219', '220'),
      'The callback is for webhook 220, the delivery came from webhook 219.',
    ],
    ['a path', good.replace('/verify', '/x'), 'The path of the callback is not that of a webhook verification.'],
    ['a fragment', `${good}#`, 'The callback has a fragment.'],
    ['a parameter', `${good}&a=b`, 'The callback must have code and expires_at, once each, and nothing else.'],
    [
      'its time',
      good.replace(String(soon), String(now.getTime() / 1_000)),
      'The callback expired at 2026-11-24T09:00:00.000Z. Press resend in 4me for a new one.',
    ],
  ])('and the log says that it is for %s', (_title, url, sentence) => {
    expect(refusal(url)).toBe(sentence)
  })

  test('when the account address cannot be read', () => {
    expect(refusal(good, { accountName: 'wdc', region: 'custom', accountUrl: 'localhost' })).toBe(
      'The account address is not set.',
    )
  })

  test.each([
    'http://localhost:4002',
    'https://localhost:4001',
    'http://127.0.0.1:4001',
    'http://localhost',
    'https://wdc.4me.com',
  ])('at %s when the own domain is http://localhost:4001', (origin) => {
    const custom = { accountName: 'wdc', region: 'custom', accountUrl: 'http://localhost:4001' }
    expect(refusal(at(origin), custom)).toMatch(/\.$/)
  })

  test('when the own domain is not set', () => {
    expect(refusal(good, { accountName: 'wdc', region: 'custom', accountUrl: null })).toBe(
      'The account address is not set.',
    )
  })
})

test('what is accepted has exactly one shape', () => {
  const part = fc.oneof(
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.string(),
    fc.constantFrom(good, ':', '/', '@', '\\', '?', '#', '&'),
  )
  const mutated = fc
    .tuple(fc.nat({ max: good.length }), fc.nat({ max: 5 }), fc.string({ maxLength: 4 }))
    .map(([from, length, text]) => good.slice(0, from) + text + good.slice(from + length))
  const shape =
    /^https:\/\/wdc\.(4me|xurrent)\.com(:0*443)?\/webhooks\/219\/verify\?(code=[^&#]+&expires_at=\d+|expires_at=\d+&code=[^&#]+)$/i
  fc.assert(
    fc.property(
      fc.oneof(
        part,
        mutated,
        fc.tuple(part, part).map(([a, b]) => a + b),
      ),
      (url) => {
        const refused = refusal(url)
        if (refused !== null) return
        const { protocol, host, pathname, search, hash } = new URL(url)
        expect(`${protocol}//${host}${pathname}${search}${hash}`).toMatch(shape)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('every domain has its own account hosts and no other', () => {
  for (const region of DOMAINS) {
    const settings = { accountName: 'wdc', region }
    const accepted = DOMAINS.filter((domain) => refusal(good.replace('4me.com', domain), settings) === null)
    expect(accepted).toHaveLength(2)
    expect(accepted).toContain(region)
  }
  expect(DOMAINS).toHaveLength(22)
})

test('a callback says when it ends, or nothing', () => {
  expect(callbackExpiresAt(good)).toEqual(new Date(soon * 1_000))
  expect(callbackExpiresAt('https://wdc.4me.com/')).toBeNull()
  expect(callbackExpiresAt('no url')).toBeNull()
  for (const seconds of ['', '1e9', '-5', '5x', 'x5', '1234567890123'])
    expect(callbackExpiresAt(`https://wdc.4me.com/?expires_at=${seconds}`)).toBeNull()
  expect(callbackExpiresAt('https://wdc.4me.com/?expires_at=0')).toEqual(new Date(0))
})
