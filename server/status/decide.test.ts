import { describe, expect, test } from 'vitest'
import { bannersFor, type StatusFacts } from './decide.ts'

const healthy: StatusFacts = {
  canSend: true,
  publicUrl: 'https://alerts.example.org',
  unattended: [],
  unattendedCount: 0,
  findings: 0,
  lastResortReachesNobody: false,
  heartbeat: { hasWatcher: true, reasons: [], callTrouble: null },
  emptyPolicies: [],
  brokenChannels: [],
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
      findings: 1,
      lastResortReachesNobody: true,
      heartbeat: { hasWatcher: true, reasons: ['The auditor is silent.'], callTrouble: 'It answers 500.' },
      emptyPolicies: [{ id: 3, name: 'Night', sources: 0 }],
      warnedSources: [{ id: 5, name: '4me', text: 'The token is refused.' }],
    })
    expect(all.map(({ code }) => code)).toEqual([
      'no-way-to-send',
      'unattended',
      'not-well',
      'heartbeat-not-heard',
      'auditor-found',
      'last-resort-reaches-nobody',
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

describe('what the watch found', () => {
  const heartbeat = (more: Partial<StatusFacts['heartbeat']>) => ({ heartbeat: { ...healthy.heartbeat, ...more } })
  const notWell = (text: string) => ({ code: 'not-well', tone: 'danger', text, link: '/self-check' })

  test('is told with what follows for the watcher elsewhere', () => {
    const reasons = ['The auditor is silent.', 'A station of the engine hangs.']
    expect(banners(heartbeat({ reasons }))).toEqual([
      notWell('The auditor is silent. The heartbeat is withheld.'),
      notWell('A station of the engine hangs. The heartbeat is withheld.'),
    ])
    expect(banners(heartbeat({ reasons: ['The auditor is silent.'], hasWatcher: false }))).toEqual([
      notWell('The auditor is silent.'),
    ])
  })

  test('is nothing before the first look', () => {
    expect(banners(heartbeat({ reasons: null }))).toEqual([])
  })

  test('is told once where nothing can be sent', () => {
    const reasons = ['There is no way to send: SMTP_URL is not set.', 'The auditor is silent.']
    expect(banners({ canSend: false, ...heartbeat({ reasons }) }).map(({ code }) => code)).toEqual([
      'no-way-to-send',
      'not-well',
    ])
    expect(banners(heartbeat({ reasons }))).toHaveLength(2)
  })

  test('is told when the watcher does not hear us', () => {
    expect(banners(heartbeat({ callTrouble: 'It answers 500.' }))).toEqual([
      {
        code: 'heartbeat-not-heard',
        tone: 'caution',
        text: 'The heartbeat is not heard: It answers 500.',
        link: '/self-check',
      },
    ])
  })

  test.each([
    [1, 'The auditor found a timer or page that did not stand as decided, and put it right.'],
    [3, 'The auditor found 3 timers or pages that did not stand as decided, and put it right.'],
  ])('is counted: %d', (findings, text) => {
    expect(banners({ findings })).toEqual([{ code: 'auditor-found', tone: 'danger', text, link: '/self-check' }])
  })

  test('is told when there is no last resort', () => {
    expect(banners({ lastResortReachesNobody: true })).toEqual([
      {
        code: 'last-resort-reaches-nobody',
        tone: 'caution',
        text: 'Nobody can be told as last resort: choose somebody who has a contact that works.',
        link: '/escalation-policies',
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
