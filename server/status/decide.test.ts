import { describe, expect, test } from 'vitest'
import { bannersFor, type StatusFacts } from './decide.ts'

const healthy: StatusFacts = {
  canSend: true,
  publicUrl: 'https://alerts.example.org',
  unattended: [],
  unattendedCount: 0,
  emptyPolicies: [],
  warnedSources: [],
}
const banners = (more: Partial<StatusFacts>) => bannersFor({ ...healthy, ...more })

describe('above every page', () => {
  test('nothing stands where all is well', () => {
    expect(banners({})).toEqual([])
  })

  test('stands in red that nothing can be sent', () => {
    expect(banners({ canSend: false })).toEqual([
      {
        code: 'no-way-to-send',
        tone: 'danger',
        text: 'There is no way to send: SMTP_URL is not set, and nobody is notified of anything.',
        link: null,
      },
    ])
  })

  test('stands the worst first', () => {
    const all = banners({
      canSend: false,
      publicUrl: 'http://alerts.example.org',
      unattended: [{ id: 7, summary: 'Mail is down' }],
      unattendedCount: 1,
      emptyPolicies: [{ id: 3, name: 'Night', sources: 0 }],
      warnedSources: [{ id: 5, name: '4me', text: 'The token is refused.' }],
    })
    expect(all.map(({ code }) => code)).toEqual([
      'no-way-to-send',
      'unattended',
      'policy-reaches-nobody',
      'source-warning',
      'plain-http',
    ])
  })

  test('a source that cannot do its work is named with what is wrong', () => {
    expect(banners({ warnedSources: [{ id: 5, name: '4me', text: 'The token is refused.' }] })).toEqual([
      { code: 'source-warning', tone: 'caution', text: '4me: The token is refused.', link: '/alert-sources/5' },
    ])
  })
})

describe('an unattended alert', () => {
  const one = { id: 7, summary: 'Mail is down' }
  test('is named, and one click away', () => {
    expect(banners({ unattended: [one], unattendedCount: 1 })).toEqual([
      {
        code: 'unattended',
        tone: 'danger',
        text: 'Nobody answered alert 7, and nobody is left to ask: Mail is down',
        link: '/alerts/7',
      },
    ])
  })

  test('among several is counted, and the list is one click away', () => {
    expect(banners({ unattended: [one, { id: 8, summary: 'Disk full' }], unattendedCount: 12 })).toEqual([
      {
        code: 'unattended',
        tone: 'danger',
        text: '12 alerts are unattended: nobody answered, and nobody is left to ask.',
        link: '/alerts',
      },
    ])
  })
})

describe('a policy that reaches nobody', () => {
  test.each([
    [0, 'caution', 'The escalation policy Night reaches nobody.'],
    [1, 'danger', 'The escalation policy Night reaches nobody, and an alert source uses it.'],
    [2, 'danger', 'The escalation policy Night reaches nobody, and 2 alert sources use it.'],
  ])('is as bad as what depends on it: %d sources', (sources, tone, text) => {
    expect(banners({ emptyPolicies: [{ id: 3, name: 'Night', sources }] })).toEqual([
      { code: 'policy-reaches-nobody', tone, text, link: '/escalation-policies/3' },
    ])
  })
})

describe('plain http', () => {
  test.each([
    'http://alerts.example.org',
    'http://192.168.1.7:8080',
    'http://localhost.example.org',
    'http://notlocalhost',
    'http://127.0.0.1.example.org',
    'http://example127.0.0.1.org',
    'http://[::2]',
  ])('is told of where others can listen: %s', (publicUrl) => {
    expect(banners({ publicUrl })).toEqual([
      { code: 'plain-http', tone: 'caution', text: expect.stringMatching(/^Tocsin .+ https\.$/), link: null },
    ])
  })

  test.each(['http://localhost:3000', 'http://127.0.0.1', 'http://127.10.200.30:80', 'http://[::1]:3000'])(
    'is no danger on this machine: %s',
    (publicUrl) => expect(banners({ publicUrl })).toEqual([]),
  )
})
