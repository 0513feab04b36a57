import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Outbound, OutboundError } from '../../runtime/outbound.ts'
import { admit, openSigned, type Signing, signingOf } from './signed.ts'

const now = new Date('2026-11-24T09:00:00Z')
const seconds = now.getTime() / 1_000
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-521' })
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()

const data = { webhook_id: 219, account_id: 'wdc', event: 'request.create', object_id: 70470, payload: {} }
const usual = { data, iss: 'https://wdc.4me.com', sub: '219', jti: 'a'.repeat(64), iat: seconds, nbf: seconds }

const encode = (part: unknown) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
interface Making {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  key?: KeyObject
}

function token({ header = {}, claims = {}, key = rsa.privateKey }: Making = {}): string {
  const whole = { typ: 'JWT', alg: 'RS256', ...header }
  const head = `${encode(whole)}.${encode({ ...usual, ...claims })}`
  const hash = `sha${String(whole.alg).slice(2) || '256'}`
  const how = key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' as const } : { key }
  return `${head}.${sign(/^sha(256|384|512)$/.test(hash) ? hash : 'sha256', Buffer.from(head), how).toString('base64url')}`
}

const none: Outbound = async () => {
  throw new Error('Nothing may be asked.')
}
const place = { accountName: 'wdc', region: '4me.com' }
const signingFor = (policy: Record<string, unknown>, some: Record<string, unknown> = {}): Signing => {
  const signing = signingOf({ ...place, ...some, webhookPolicy: policy })
  if (!signing) throw new Error('There is a policy.')
  return signing
}
const rs256 = signingFor({ algorithm: 'RS256', publicKey: pem(rsa.publicKey) })
const es512 = signingFor({ algorithm: 'ES512', publicKey: pem(ec.publicKey) })
const verdict = async (jwt: unknown, signing = rs256, outbound = none) => {
  const admission = await admit(JSON.stringify({ jwt }), signing, outbound, now)
  return admission.kind === 'refused' ? admission.rule : admission.kind
}

describe('a signed delivery is let in', () => {
  test('with the algorithm and the key of the policy', async () => {
    expect(await verdict(token())).toBe('admitted')
    expect(await verdict(token({ header: { alg: 'ES512' }, key: ec.privateKey }), es512)).toBe('admitted')
  })

  test.each([
    ['a minute old', { iat: seconds - 60, nbf: seconds - 60 }],
    ['a minute ahead', { iat: seconds + 60, nbf: seconds + 60 }],
    ['that ends in an hour', { exp: seconds + 3_600 }],
    ['that ended a minute ago', { exp: seconds - 60 }],
    ['without nbf and sub', { nbf: undefined, sub: undefined }],
    ['for an audience nobody asks for', { aud: 'somebody' }],
    ['under the other brand', { iss: 'https://wdc.xurrent.com' }],
  ])('%s', async (_title, claims) => {
    expect(await verdict(token({ claims }))).toBe('admitted')
  })

  test('for the audience of the policy, alone or among others', async () => {
    const signing = signingFor({ algorithm: 'RS256', publicKey: pem(rsa.publicKey), audience: 'tocsin' })
    expect(await verdict(token({ claims: { aud: 'tocsin' } }), signing)).toBe('admitted')
    expect(await verdict(token({ claims: { aud: ['other', 'tocsin'] } }), signing)).toBe('admitted')
    expect(await verdict(token(), signing)).toBe('audience')
    expect(await verdict(token({ claims: { aud: 'Tocsin' } }), signing)).toBe('audience')
  })
})

describe('a delivery is refused', () => {
  test.each([
    ['unsigned', JSON.stringify(data)],
    ['with a token that is no text', '{"jwt":{"alg":"none"}}'],
    ['that is a list', '[{"jwt":"a.b.c"}]'],
    ['that is no JSON', 'jwt=abc'],
    ['that is empty', ''],
  ])('%s', async (_title, body) => {
    expect(await admit(body, rs256, none, now)).toMatchObject({ kind: 'refused', rule: 'unsigned' })
  })

  // C1
  test.each(['none', 'None', 'nOnE', 'NONE', ''])('with the algorithm "%s" and no signature', async (alg) => {
    const unsigned = `${token({ header: { alg } }).split('.').slice(0, 2).join('.')}.`
    expect(await verdict(unsigned)).toBe('algorithm')
    expect(await verdict(unsigned, signingFor({ openIdConnectDiscovery: true }))).toBe('algorithm')
  })

  test('with the right head and no signature, or another one', async () => {
    const [head, claims] = token().split('.')
    expect(await verdict(`${head}.${claims}.`)).toBe('signature')
    expect(await verdict(`${head}.${claims}.${encode(randomBytes(256).toString('latin1'))}`)).toBe('signature')
    expect(await verdict(token({ key: generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey }))).toBe(
      'signature',
    )
  })

  // C3
  test('signed with another algorithm than the policy pins', async () => {
    expect(await verdict(token(), es512)).toBe('algorithm')
    expect(await verdict(token({ header: { alg: 'RS512' } }))).toBe('algorithm')
    expect(await verdict(token({ header: { alg: 'PS256' } }))).toBe('algorithm')
    expect(await verdict(token({ header: { alg: 'ES256' }, key: p256.privateKey }), es512)).toBe('algorithm')
  })

  test('signed with the public key as a shared secret', async () => {
    const head = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(usual)}`
    const forged = createHmac('sha256', pem(rsa.publicKey)).update(head).digest('base64url')
    expect(await verdict(`${head}.${forged}`)).toBe('algorithm')
  })

  // C5
  test.each([
    'https://evil.4me.com',
    'https://wdc.4me.com.evil.example',
    'https://wdc.4me.com/',
    'https://wdc.4me.com/webhook_policies/abc',
    'https://ann@wdc.4me.com',
    'https://WDC.4me.com',
    'http://wdc.4me.com',
    'https://wdc.us.4me.com',
    'https://wdc.4me.qa',
    'https://wdc.4me.com:443',
    ' https://wdc.4me.com',
    '',
    ['https://wdc.4me.com'],
    undefined,
  ])('issued by %s', async (iss) => {
    expect(await verdict(token({ claims: { iss } }))).toBe('issuer')
  })

  test('issued under the other brand when the policy wants exactly its own', async () => {
    const exact = signingFor({ algorithm: 'RS256', publicKey: pem(rsa.publicKey), issuerSpelling: 'EXACT' })
    expect(await verdict(token(), exact)).toBe('admitted')
    expect(await verdict(token({ claims: { iss: 'https://wdc.xurrent.com' } }), exact)).toBe('issuer')
  })

  test('at an own domain issued by anybody else', async () => {
    const custom = signingFor(
      { algorithm: 'RS256', publicKey: pem(rsa.publicKey) },
      { region: 'custom', accountUrl: 'http://localhost:4001', apiUrl: 'http://localhost:4001' },
    )
    expect(await verdict(token({ claims: { iss: 'http://localhost:4001' } }), custom)).toBe('admitted')
    expect(await verdict(token(), custom)).toBe('issuer')
  })

  // C7
  test.each([
    ['that ended 61 s ago', { exp: seconds - 61 }, 'expired'],
    ['not valid for another 61 s', { nbf: seconds + 61 }, 'from-the-future'],
    ['issued in an hour', { iat: seconds + 3_600, nbf: seconds }, 'from-the-future'],
    ['issued 61 s ago', { iat: seconds - 61, nbf: seconds - 61 }, 'expired'],
    ['issued 61 s ago, whatever its end', { iat: seconds - 61, nbf: seconds - 61, exp: seconds + 60 }, 'expired'],
    ['without an issue time', { iat: undefined }, 'times'],
    ['whose issue time is text', { iat: String(seconds) }, 'times'],
    ['whose end is text', { exp: String(seconds + 60) }, 'times'],
    ['whose end is nothing', { exp: null }, 'times'],
    ['that ends in the year 9999', { exp: Date.parse('9999-12-31T00:00:00Z') / 1_000 }, 'lives-too-long'],
  ])('%s', async (_title, claims, rule) => {
    expect(await verdict(token({ claims }))).toBe(rule)
  })

  test('whose end is no number a clock knows', async () => {
    const claims = JSON.stringify(usual).replace('"jti"', '"exp":1e400,"jti"')
    expect(await verdict(`${encode({ typ: 'JWT', alg: 'RS256' })}.${encode(claims)}.AAAA`)).toBe('times')
  })

  // C9
  test.each([
    ['with an extension we do not know', { crit: ['exp'], exp: 1 }],
    ['with an unencoded payload', { crit: ['b64'], b64: false }],
  ])('%s', async (_title, header) => {
    expect(await verdict(token({ header }))).toBe('extension')
  })

  test('that holds another token, is encrypted, or is no token', async () => {
    const nested = `${encode({ typ: 'JWT', cty: 'JWT', alg: 'RS256' })}.${encode(token())}`
    expect(
      await verdict(`${nested}.${sign('sha256', Buffer.from(nested), rsa.privateKey).toString('base64url')}`),
    ).toBe('not-a-token')
    expect(await verdict('a.b.c.d.e')).toBe('not-a-token')
    expect(await verdict('a.b')).toBe('not-a-token')
    expect(await verdict(token({ header: { typ: 'dpop+jwt' } }))).toBe('not-a-token')
    expect(await verdict(token({ claims: { data: undefined } }))).toBe('no-data')
    expect(await verdict(token({ claims: { data: [data] } }))).toBe('no-data')
  })

  test('that speaks for another webhook, or is too long', async () => {
    expect(await verdict(token({ claims: { sub: '220' } }))).toBe('subject')
    expect(await verdict(token({ claims: { filler: 'x'.repeat(8_192) } }))).toBe('token-too-long')
  })

  test('whose head brings a key of its own', async () => {
    const mine = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const jwk = mine.publicKey.export({ format: 'jwk' })
    expect(
      await verdict(
        token({ header: { jwk, jku: 'https://evil.example/jwks', x5u: 'https://evil.example' }, key: mine.privateKey }),
      ),
    ).toBe('signature')
  })
})

describe('with discovery', () => {
  const name = 'ab'.repeat(28)
  const iss = `https://wdc.4me.com/webhook_policies/${name}`
  const discovery = signingFor({ openIdConnectDiscovery: true })
  const jwk = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }
  const made = (some: Making = {}) =>
    token({ ...some, header: { kid: 'one', ...some.header }, claims: { iss, ...some.claims } })
  let asked: string[] = []
  beforeAll(() => {
    asked = []
  })

  function account(documents: Record<string, unknown>): Outbound {
    return async ({ url, bytesMax, timeoutMs }) => {
      asked.push(url)
      expect(bytesMax).toBe(64 * 1_024)
      expect(timeoutMs).toBeLessThanOrEqual(5_000)
      const body = documents[new URL(url).pathname]
      return { status: body === undefined ? 404 : 200, headers: {}, body: JSON.stringify(body ?? {}) }
    }
  }
  const path = `/webhook_policies/${name}`
  const good = (more: object = {}) => ({
    [`${path}/.well-known/openid-configuration`]: { issuer: iss, jwks_uri: `${iss}/jwks`, ...more },
    [`${path}/jwks`]: { keys: [jwk] },
  })

  test('the key is found at the issuer, once for many deliveries', async () => {
    asked = []
    const outbound = account(good())
    expect(await verdict(made(), discovery, outbound)).toBe('admitted')
    expect(await verdict(made({ claims: { jti: 'b' } }), discovery, outbound)).toBe('admitted')
    expect(asked).toEqual([`${iss}/.well-known/openid-configuration`, `${iss}/jwks`])
  })

  test.each([
    ['the bare account', 'https://wdc.4me.com'],
    ['another account', iss.replace('wdc', 'evil')],
    ['another host', iss.replace('wdc.4me.com', 'wdc.4me.com.evil.example')],
    ['a user name', iss.replace('https://', 'https://ann@')],
    ['a path further down', `${iss}/x`],
    ['dots', `https://wdc.4me.com/webhook_policies/../x`],
    ['a query', `${iss}?x`],
  ])('nothing is asked of an issuer with %s', async (_title, issuer) => {
    expect(await verdict(made({ claims: { iss: issuer } }), discovery, none)).toBe('issuer')
  })

  test.each([
    ['another issuer', { issuer: 'https://evil.4me.com' }],
    ['keys on another host', { jwks_uri: 'https://evil.example/jwks' }],
    ['keys on another port', { jwks_uri: 'https://wdc.4me.com:8443/jwks' }],
    ['keys behind a user name', { jwks_uri: 'https://x@wdc.4me.com/jwks' }],
    ['no keys', { jwks_uri: 7 }],
  ])('a document that names %s is not believed, and the sender tries again', async (_title, more) => {
    expect(await verdict(made(), discovery, account(good(more)))).toBe('unknown')
  })

  test('an account that does not answer is no reason to refuse for good', async () => {
    const away: Outbound = async () => {
      throw new OutboundError('timeout', 'wdc.4me.com did not answer in time.')
    }
    expect(await verdict(made(), discovery, away)).toBe('unknown')
    expect(await verdict(made(), discovery, account({}))).toBe('unknown')
  })

  test('a key the account does not know, or another algorithm than its own, is refused', async () => {
    expect(await verdict(made({ header: { kid: 'two' } }), discovery, account(good()))).toBe('key')
    expect(await verdict(made({ header: { kid: undefined } }), discovery, account(good()))).toBe('key')
    expect(await verdict(made({ header: { alg: 'RS512' } }), discovery, account(good()))).toBe('algorithm')
    expect(await verdict(made({ header: { alg: 'ES256' }, key: p256.privateKey }), discovery, account(good()))).toBe(
      'algorithm',
    )
    expect(
      await verdict(
        made({ key: generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey }),
        discovery,
        account(good()),
      ),
    ).toBe('signature')
  })

  test('strangers cannot make us ask again and again', async () => {
    asked = []
    const outbound = account(good())
    for (const kid of ['x', 'y', 'z']) expect(await verdict(made({ header: { kid } }), discovery, outbound)).toBe('key')
    expect(asked).toHaveLength(2)
  })
})

test('what is signed is read only when the door has checked it', () => {
  const body = { jwt: token() }
  expect(openSigned(body, 'RS256')).toEqual({ ok: true, value: data, onceKey: `jwt:${'a'.repeat(64)}` })
  expect(openSigned(body, undefined)).toMatchObject({ ok: false })
  expect(openSigned(data, undefined)).toEqual({ ok: true, value: data, onceKey: null })
  expect(openSigned({ ...data, jwt: token() }, 'RS256')).toMatchObject({ ok: true, value: data })
})
