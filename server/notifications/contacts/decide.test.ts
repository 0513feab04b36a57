import { describe, expect, test } from 'vitest'
import { addSeconds } from '../../runtime/time.ts'
import {
  codeRefusal,
  kindOf,
  methodsOf,
  readTarget,
  type SentCode,
  secondsUntilCode,
  statusOf,
  storedAs,
} from './decide.ts'

const now = new Date('2026-11-24T09:00:00Z')

describe('a kind of contact', () => {
  test.each([
    ['emails', 'EMAIL', ['EMAIL']],
    ['phone-numbers', 'PHONE', ['SMS', 'VOICE']],
    ['push-devices', 'PUSH', ['PUSH']],
    ['telegram', 'TELEGRAM', ['TELEGRAM']],
    ['ntfy', 'NTFY', ['NTFY']],
    ['slack', 'SLACK', ['SLACK']],
    ['teams', 'TEAMS', ['TEAMS']],
    ['mattermost', 'MATTERMOST', ['MATTERMOST']],
    ['discord', 'DISCORD', ['DISCORD']],
    ['webhooks', 'WEBHOOK', ['WEBHOOK']],
  ] as const)('%s is stored as %s, and reached by %s', (kind, stored, methods) => {
    expect([storedAs(kind), kindOf(stored), methodsOf(stored)]).toEqual([stored, kind, methods])
  })

  test('that nobody knows counts as a webhook', () => {
    expect([kindOf('PIGEON'), methodsOf('PIGEON')]).toEqual(['webhooks', ['WEBHOOK']])
  })
})

test.each([
  [null, null, 'LOCKED'],
  [now, null, 'OK'],
  [now, now, 'BLACKLISTED'],
  [null, now, 'BLACKLISTED'],
] as const)('verified %s and broken %s, a contact is %s', (verified_at, broken_at, status) => {
  expect(statusOf({ verified_at, broken_at })).toBe(status)
})

/** As it is kept, or the sentence. */
const read = (...[kind, given, options]: Parameters<typeof readTarget>) => {
  const target = readTarget(kind, given, options)
  return target.ok ? target.target : target.message
}

describe('an e-mail address', () => {
  test.each([' ann@example.org ', 'a.b+c@x', `${'x'.repeat(64)}@${'y'.repeat(189)}`])('is %j', (given) => {
    expect(readTarget('emails', given)).toEqual({ ok: true, target: given.trim(), secret: null, regionCode: null })
  })

  test.each([
    '',
    'ann',
    '@x',
    'ann@',
    'a b@x',
    'a@b@c',
    '"a@evil x"@internal',
    'a,b@x',
    'a@x\nb',
    `${'x'.repeat(65)}@y`,
    `x@${'y'.repeat(190)}`,
  ])('is not %j', (given) => expect(read('emails', given)).toBe('This is not an e-mail address.'))
})

describe('a telephone number', () => {
  const hint = 'Give the whole number with its country, such as +43 660 1234567.'
  test.each<[string, string | null, string]>([
    ['+43 (660) 123-45.67', null, '+436601234567'],
    ['+43 (0)660 1234567', null, '+436601234567'],
    ['(+43) 660 1234567', null, '+436601234567'],
    ['+43 660 1234567 ext. 12', null, hint],
    ['06 20 123 4567', 'HU', '+36201234567'],
    ['1 (201) 555-0123', 'US', '+12015550123'],
    ['0043/660/1234567', null, '+436601234567'],
    ['0660 1234567', 'at', '+436601234567'],
    ['02 1234 5678', 'IT', '+390212345678'],
    ['6123 4567', 'SG', '+6561234567'],
    ['+43 660 0012345', null, '+436600012345'],
    ['43+660 1234567', 'AT', hint],
    ['0660 1234567', null, hint],
    ['0660 1234567', 'XX', hint],
    ['+0660 1234567', 'AT', hint],
    ['+43 66', null, hint],
    ['+1234567', null, hint],
    ['+123456789012345', null, hint],
    ['+1234567890123456', null, hint],
    ['call me', 'AT', hint],
    ['066a1234567', 'AT', hint],
    ['', 'AT', hint],
  ])('%j at home in %s is %s', (given, regionCode, expected) => {
    expect(read('phone-numbers', given, { regionCode })).toBe(expected)
  })

  test.each([
    ['AT', '0660 1234567', '+436601234567'],
    ['AU', '0412 345 678', '+61412345678'],
    ['BE', '0470 12 34 56', '+32470123456'],
    ['BR', '(11) 91234-5678', '+5511912345678'],
    ['CA', '(506) 234-5678', '+15062345678'],
    ['CH', '078 123 45 67', '+41781234567'],
    ['CZ', '601 123 456', '+420601123456'],
    ['DE', '01512 3456789', '+4915123456789'],
    ['DK', '32 12 34 56', '+4532123456'],
    ['ES', '612 34 56 78', '+34612345678'],
    ['FI', '041 2345678', '+358412345678'],
    ['FR', '06 12 34 56 78', '+33612345678'],
    ['GB', '07400 123456', '+447400123456'],
    ['GR', '691 234 5678', '+306912345678'],
    ['HR', '092 123 4567', '+385921234567'],
    ['HU', '20 123 4567', '+36201234567'],
    ['IE', '085 012 3456', '+353850123456'],
    ['IN', '081234 56789', '+918123456789'],
    ['IT', '312 345 6789', '+393123456789'],
    ['JP', '090-1234-5678', '+819012345678'],
    ['LI', '660 234 567', '+423660234567'],
    ['LU', '628 123 456', '+352628123456'],
    ['NL', '06 12345678', '+31612345678'],
    ['NO', '406 12 345', '+4740612345'],
    ['NZ', '021 123 4567', '+64211234567'],
    ['PL', '512 345 678', '+48512345678'],
    ['PT', '912 345 678', '+351912345678'],
    ['RO', '0712 034 567', '+40712034567'],
    ['SE', '070-123 45 67', '+46701234567'],
    ['SG', '8123 4567', '+6581234567'],
    ['SI', '031 234 567', '+38631234567'],
    ['SK', '0912 123 456', '+421912123456'],
    ['TR', '0501 234 56 78', '+905012345678'],
    ['UA', '050 123 4567', '+380501234567'],
    ['US', '(201) 555-0123', '+12015550123'],
    ['ZA', '071 123 4567', '+27711234567'],
  ])('of %s, written as at home: %s is %s', (regionCode, given, expected) => {
    expect(read('phone-numbers', given, { regionCode })).toBe(expected)
  })

  test('keeps where it is at home', () => {
    expect(readTarget('phone-numbers', '0660 1234567', { regionCode: 'at' })).toMatchObject({ regionCode: 'AT' })
    expect(readTarget('phone-numbers', '+436601234567')).toMatchObject({ regionCode: null, secret: null })
  })
})

describe('an address of a messenger', () => {
  const telegram = 'Give the numeric chat id: the bot tells it after /start.'
  const ntfy = 'A topic has up to 64 letters, digits, hyphens and underscores.'
  const slack = 'Give the member id of Slack, such as U012AB3CD.'
  test.each([
    ['telegram', '-100123', '-100123'],
    ['telegram', '100123', '100123'],
    ['telegram', '12', telegram],
    ['telegram', '@ann', telegram],
    ['telegram', '123x', telegram],
    ['telegram', 'x123', telegram],
    ['telegram', '1'.repeat(21), telegram],
    ['ntfy', 'my_Topic-1', 'my_Topic-1'],
    ['ntfy', 'a/b', ntfy],
    ['ntfy', '', ntfy],
    ['ntfy', 'x'.repeat(65), ntfy],
    ['slack', 'U012AB3CD', 'U012AB3CD'],
    ['slack', 'u012ab3cd', slack],
    ['slack', 'X012AB3CD', slack],
    ['slack', 'U012', slack],
    ['slack', 'U012AB3CD!', slack],
    ['slack', '!U012AB3CD', slack],
  ] as const)('%s %j: %s', (kind, given, expected) => {
    expect(read(kind, given)).toBe(expected)
  })
})

describe('an address that is itself a secret', () => {
  test.each([
    ['https://hooks.example.org/services/T0/B0/abcdefgh', 'hooks.example.org/…efgh'],
    ['https://hooks.example.org/short', 'hooks.example.org/…'],
    ['https://hooks.example.org/?t=123456789', 'hooks.example.org/…6789'],
    ['https://hooks.example.org/12345678901', 'hooks.example.org/…'],
    ['https://hooks.example.org/123456789012', 'hooks.example.org/…9012'],
    ['http://localhost:80/', 'localhost/…'],
  ])('%s is shown as %s', (given, shown) => {
    expect(readTarget('webhooks', given)).toEqual({
      ok: true,
      target: shown,
      secret: new URL(given).href,
      regionCode: null,
    })
    expect(read('teams', given)).toBe(shown)
  })

  test.each([
    ['hooks.example.org', 'Give a whole address that begins with https://'],
    ['ftp://hooks.example.org', 'Give a whole address that begins with https://'],
    ['xhttps://a', 'Give a whole address that begins with https://'],
    ['httpsx://a', 'Give a whole address that begins with https://'],
    ['https://ann@a', 'An address with a user name or password is not accepted.'],
    ['https://:pw@a', 'An address with a user name or password is not accepted.'],
  ])('%s is refused', (given, message) => {
    expect(read('discord', given)).toBe(message)
  })
})

describe('a browser', () => {
  const keys = { p256dh: 'p'.repeat(87), auth: 'abcdefghijklmnopqrstuv' }
  const whole = { endpoint: 'https://push.example.org/x', expirationTime: null, keys }
  test('is kept as what is needed to reach it, and shown by its name', () => {
    expect(readTarget('push-devices', JSON.stringify(whole), { label: 'Phone' })).toEqual({
      ok: true,
      target: 'Phone · abcd',
      secret: JSON.stringify({ endpoint: whole.endpoint, keys }),
      regionCode: null,
    })
    expect(read('push-devices', JSON.stringify(whole))).toBe('Browser · abcd')
    expect(read('push-devices', JSON.stringify({ ...whole, keys: { ...keys, auth: `${keys.auth}==` } }))).toMatch(/^B/)
  })

  test.each<[string, unknown]>([
    ['without an endpoint', { keys }],
    ['with an endpoint that is no address', { ...whole, endpoint: 'push' }],
    ['with an endpoint that is no text', { ...whole, endpoint: 7 }],
    ['without keys', { endpoint: whole.endpoint }],
    ['with one key', { ...whole, keys: { auth: keys.auth } }],
    ['with the other key', { ...whole, keys: { p256dh: keys.p256dh } }],
    ['with a key that is too short', { ...whole, keys: { ...keys, auth: 'abc' } }],
    ['with a key of other letters', { ...whole, keys: { ...keys, p256dh: `${keys.p256dh}!` } }],
    ['with a key that begins with another letter', { ...whole, keys: { ...keys, auth: `!${keys.auth}` } }],
    ['with a key that is a number', { ...whole, keys: { ...keys, p256dh: 1_234_567_890_123_456 } }],
    ['with the other key a number', { ...whole, keys: { ...keys, auth: 1_234_567_890_123_456 } }],
    ['that is a number', 7],
    ['that is nothing', null],
  ])('%s is refused', (_title, subscription) => {
    expect(read('push-devices', JSON.stringify(subscription))).toBe('This is not a push subscription of a browser.')
  })

  test('that is no JSON is refused', () => {
    expect(read('push-devices', '{')).toBe('This is not a push subscription of a browser.')
  })
})

describe('a code', () => {
  const sent = (more: Partial<SentCode> = {}): SentCode => ({
    sentAt: now,
    sentCount: 1,
    expiresAt: addSeconds(now, 900),
    attempts: 0,
    ...more,
  })

  test.each<[string, SentCode | null, number, number | null]>([
    ['may be sent when none was', null, 0, 0],
    ['waits half a minute for the next', sent(), 0, 30],
    ['waits in whole seconds', sent(), 0.5, 30],
    ['may be sent again after half a minute', sent(), 30, 0],
    ['may be sent a tenth time', sent({ sentCount: 9 }), 60, 0],
    ['is not sent more than ten times a day', sent({ sentCount: 10 }), 60, null],
    ['may be sent again the next day', sent({ sentCount: 10 }), 86_400, 0],
    ['is not sent a second earlier', sent({ sentCount: 10 }), 86_399, null],
  ])('%s', (_title, before, seconds, expected) => {
    expect(secondsUntilCode(before, addSeconds(now, seconds))).toBe(expected)
  })

  test.each<[string, SentCode | null, number, string | null]>([
    ['that was not sent is not taken', null, 0, 'No code was sent yet.'],
    ['is taken while it lasts', sent({ attempts: 4 }), 899, null],
    ['is not taken once it expired', sent(), 900, 'The code has expired: have another one sent.'],
    ['is not taken after five wrong ones', sent({ attempts: 5 }), 1, 'Too many wrong codes: have another one sent.'],
  ])('%s', (_title, before, seconds, expected) => {
    expect(codeRefusal(before, addSeconds(now, seconds))).toBe(expected)
  })
})
