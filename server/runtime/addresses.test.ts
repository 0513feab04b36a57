import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeAddress, parseAllowList } from './addresses.ts'

const nothing = parseAllowList([])

describe('addresses outgoing calls may reach', () => {
  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'fec0::1',
    'ff02::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:1::',
    '2001:db8::1',
    '3fff::1',
    '5f00::1',
    '4000::1',
    '100::1',
  ])('%s is blocked', (address) => {
    expect(judgeAddress(address, nothing).kind).toBe('blocked')
  })

  test.each(['', 'localhost', '127.1', '0x7f.1', '2130706433', '0177.0.0.1', '8.8.8.8 ', '1.2.3.4.5', ':::'])(
    '%j is no address in its usual spelling, and blocked',
    (address) => expect(judgeAddress(address, nothing)).toEqual({ kind: 'blocked', range: 'unreadable' }),
  )

  test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2a00:1450:4001::1', '2606:4700::1111'])(
    '%s is public',
    (address) => {
      expect(judgeAddress(address, nothing)).toEqual({ kind: 'public' })
    },
  )

  test('listed networks and addresses are let through, and nothing beside them', () => {
    const allow = parseAllowList(['10.1.0.0/16', '127.0.0.1', 'fd00::/8', ' ', '[::1]'])
    for (const address of ['10.1.2.3', '127.0.0.1', '::ffff:127.0.0.1', 'fd12::1', '::1']) {
      expect(judgeAddress(address, allow)).toEqual({ kind: 'listed' })
    }
    for (const address of ['10.2.0.1', '127.0.0.2', 'fc00::1', '::127.0.0.1'])
      expect(judgeAddress(address, allow).kind).toBe('blocked')
  })

  test('the operator is told which kind of network an address that is not let through belongs to', () => {
    const ranges = Object.fromEntries(
      ['127.0.0.1', '10.0.0.1', '169.254.169.254', '4000::1', '::1', 'fe80::1'].map((address) => [
        address,
        judgeAddress(address, nothing),
      ]),
    )
    expect(ranges).toEqual({
      '127.0.0.1': { kind: 'blocked', range: 'loopback' },
      '10.0.0.1': { kind: 'blocked', range: 'private' },
      '169.254.169.254': { kind: 'blocked', range: 'linkLocal' },
      '4000::1': { kind: 'blocked', range: 'reserved' },
      '::1': { kind: 'blocked', range: 'loopback' },
      'fe80::1': { kind: 'blocked', range: 'linkLocal' },
    })
  })

  test('a listed address is one address, and a listed network ends where it ends', () => {
    const allow = parseAllowList(['192.168.1.7', 'fd00::7', '10.1.0.0/16'])
    const kinds = (...addresses: string[]) => addresses.map((address) => judgeAddress(address, allow).kind)
    expect(kinds('192.168.1.7', 'fd00::7', '10.1.255.255')).toEqual(['listed', 'listed', 'listed'])
    expect(kinds('192.168.1.6', '192.168.1.8', 'fd00::6', 'fd00::7:1', 'fd00:1::7', '10.0.255.255')).toEqual(
      Array(6).fill('blocked'),
    )
  })

  test('names are kept as they are looked up, whatever their case, and are no networks', () => {
    const longest = Array(4).fill('a'.repeat(62)).join('.')
    const names = ['4me.internal', 'X', 'db_1.Example', 'a-b', `${longest}.a`, ' mail ']
    expect(parseAllowList(names)).toEqual({
      hosts: new Set(['4me.internal', 'x', 'db_1.example', 'a-b', `${longest}.a`, 'mail']),
      networks: [],
    })
    expect(() => parseAllowList([`${longest}.ab`])).toThrow('is neither a host name')
  })

  test.each([
    'http://x',
    'a b',
    '10.0.0.0/33',
    '-a',
    'a-',
    'a..b',
    '.a',
    'a.',
    'host:80',
    '*.example',
    '[::1]:80',
    'x[::1]',
    '[x',
    'a/b',
  ])('an entry %j is refused by name', (entry) => {
    expect(() => parseAllowList([entry])).toThrow(`"${entry}" is neither a host name nor an address nor a network`)
  })

  test('no text whatever makes it throw, and none in 127/8 gets through in any clothes', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => void judgeAddress(text, nothing)))
    fc.assert(
      fc.property(fc.nat({ max: 0xffffff }), (rest) => {
        const tail = `${rest >> 16}.${(rest >> 8) & 255}.${rest & 255}`
        for (const address of [`127.${tail}`, `::ffff:127.${tail}`, `::127.${tail}`, `64:ff9b::127.${tail}`]) {
          expect(judgeAddress(address, nothing).kind).toBe('blocked')
        }
      }),
    )
  })
})
