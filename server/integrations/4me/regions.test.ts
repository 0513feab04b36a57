import { describe, expect, test } from 'vitest'
import { accountHosts, accountOrigin, apiOrigin, DOMAIN_LABELS, isAccountHost, tokenOrigin } from './regions.ts'

const cloud = { accountName: 'wdc', region: 'us.4me.com' }
const own = {
  accountName: 'WDC',
  region: 'custom',
  apiUrl: 'http://localhost:4001',
  accountUrl: 'http://localhost:4002',
}

describe('an installation', () => {
  test('of 4me has its API, its tokens and its screens at hosts of their own', () => {
    expect(apiOrigin(cloud)).toBe('https://api.us.4me.com')
    expect(tokenOrigin(cloud)).toBe('https://oauth.us.4me.com')
    expect(accountOrigin(cloud, 'Other')).toBe('https://other.us.4me.com')
  })

  test('of one’s own has them where it was told', () => {
    expect(apiOrigin(own)).toBe('http://localhost:4001')
    expect(tokenOrigin(own)).toBe('http://localhost:4001')
    expect(accountOrigin(own, 'wdc')).toBe('http://localhost:4002')
  })

  test('of one’s own that was not told has none, and never another one', () => {
    const untold = { accountName: 'wdc', region: 'custom' }
    expect([apiOrigin(untold), tokenOrigin(untold), accountOrigin(untold, 'wdc')]).toEqual(['', '', null])
    expect(accountOrigin(own, 'other')).toBeNull()
  })
})

describe('the hosts of an account', () => {
  test('are those of both brands', () => {
    expect(accountHosts('WDC', 'us.4me.com')).toEqual(['wdc.us.4me.com', 'wdc.us.xurrent.com'])
    expect(accountHosts('wdc', 'xurrent-demo.com')).toEqual(['wdc.xurrent-demo.com', 'wdc.4me-demo.com'])
  })

  test('are only the one that is named where there is no other brand', () => {
    expect(accountHosts('wdc', '4me.example.org')).toEqual(['wdc.4me.example.org'])
  })

  test.each([
    ['wdc.4me.com', true],
    ['wdc.au.xurrent.qa', true],
    ['wdc.4me-demo.com', true],
    ['other.4me.com', false],
    ['4me.com', false],
    ['wdc.4me.com.evil.example', false],
    ['wdc.us.4me-demo.com', false],
  ])('%s is one: %s', (host, expected) => {
    expect(isAccountHost(host, 'Wdc')).toBe(expected)
  })
})

test('every domain is shown with where and what it is', () => {
  expect(DOMAIN_LABELS).toMatchObject({
    '4me.com': '4me.com (Production, global)',
    'xurrent.qa': 'xurrent.qa (QA, global)',
    '4me-demo.com': '4me-demo.com (Demo)',
    'uk.4me.com': 'uk.4me.com (Production, United Kingdom)',
    'ch.xurrent.qa': 'ch.xurrent.qa (QA, Switzerland)',
    'au.4me.com': 'au.4me.com (Production, Australia)',
    'us.4me.com': 'us.4me.com (Production, United States)',
  })
})
