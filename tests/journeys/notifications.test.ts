import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import type { Alert } from '../../server/alerts/schema.ts'
import type { Contact } from '../../server/notifications/contacts/schema.ts'
import type { NotificationRule } from '../../server/notifications/rules/schema.ts'
import type { Notification } from '../../server/notifications/schema.ts'
import type { SelfCheck } from '../../server/watch/schema.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { act, addContact, phone, setRules, setUpChannels } from '../support/phone.ts'
import { addSource, alertsOf, timelineOf } from '../support/seven-steps.ts'
import type { World, WorldOptions } from '../support/world.ts'

const open = worldsOfThisFile()
const MINUTE = 60

/** A world with every channel, a source, and Pia, who is asked first. */
async function openAll(some: Record<string, unknown> = {}, how: WorldOptions = {}) {
  const world = await open(how)
  await setUpChannels(world)
  const { source, people, policy } = await addSource(world, { name: 'Monitoring', integrationType: 'API', ...some })
  const [pia, tom] = people
  if (!pia || !tom) throw new Error('Nobody is there.')
  const alarm = async (summary: string, settles = true) => {
    await world.outside.post('/api/events', { integrationKey: source.integrationKey, eventType: 'ALERT', summary })
    if (settles) await world.settle()
  }
  return { world, source, policy, pia, tom, alarm }
}

const read = (world: World, id: number) => world.api.get<z.infer<typeof Alert>>(`/api/alerts/${id}`)
const newest = async (world: World) => {
  const [alert] = await alertsOf(world)
  if (!alert) throw new Error('There is no alert.')
  return alert
}
const pages = (world: World, id: number) =>
  world.api.get<z.infer<typeof Notification>[]>(`/api/alerts/${id}/notifications`)
const story = async (world: World, id: number) => (await timelineOf(world, id)).join('\n')
const nothingFound = async (world: World) =>
  expect((await world.api.get<SelfCheck>('/api/self-check')).findings).toEqual([])

describe('rules', () => {
  it('a new person hears of both priorities by e-mail at once, as rows the API lists', async () => {
    const { world, pia } = await openAll()
    const rules = await world.api.get<NotificationRule[]>(`/api/users/${pia.id}/notification-preferences/alerts`)
    expect(
      rules.map(({ type, method, delayMin, contact }) => ({ type, method, delayMin, to: contact?.target })),
    ).toEqual([
      { type: 'HIGH_PRIORITY', method: 'EMAIL', delayMin: 0, to: 'pia@example.com' },
      { type: 'LOW_PRIORITY', method: 'EMAIL', delayMin: 0, to: 'pia@example.com' },
    ])
    for (const list of ['updates', 'duties', 'subscriptions']) {
      expect(await world.api.get(`/api/users/${pia.id}/notification-preferences/${list}`)).toEqual([])
    }
  })

  it('each way leaves when its delay is over, and not at all once somebody answered; the auditor finds nothing', async () => {
    const { world, pia, alarm } = await openAll()
    const number = await addContact(world, pia.id, 'phone-numbers', { target: '0660 1234567', regionCode: 'AT' })
    const chat = await addContact(world, pia.id, 'telegram', { target: '4711' })
    await setRules(world, pia.id, 'HIGH_PRIORITY', [
      { method: 'TELEGRAM', contact: chat },
      { method: 'SMS', contact: number, delayMin: 3 },
      { method: 'VOICE', contact: number, delayMin: 10 },
    ])
    await alarm('Disk')
    const alert = await newest(world)
    expect((await phone(world)).map((entry) => entry.app)).toEqual(['Telegram'])
    await world.advance(3 * MINUTE - 1)
    expect(await phone(world)).toHaveLength(1)
    await world.advance(2)
    expect((await phone(world)).map((entry) => `${entry.app} ${entry.to}`)).toEqual([
      'Messages +436601234567',
      'Telegram 4711',
    ])
    await world.advance(2 * MINUTE)
    await world.api.put(`/api/alerts/${alert.id}/accept`)
    await world.advance(20 * MINUTE)
    expect(await phone(world)).toHaveLength(2)
    expect(await world.mails()).toEqual([])
    expect((await pages(world, alert.id)).map(({ method, status }) => `${method} ${status}`).sort()).toEqual([
      'SMS SUCCESS',
      'TELEGRAM SUCCESS',
      'VOICE CANCELLED',
    ])
    await nothingFound(world)
  })

  it('a person whose rules lead nowhere is reached by e-mail all the same, and the timeline says so', async () => {
    const { world, pia, alarm } = await openAll()
    await setRules(world, pia.id, 'HIGH_PRIORITY', [])
    await alarm('Disk')
    expect((await world.mails()).map((mail) => mail.to)).toEqual([['pia@example.com']])
    expect(await story(world, (await newest(world)).id)).toMatch(/Pia First has no rule for high priority: by E-mail/)
  })

  it('low priority may be declined, and then nobody is asked in silence', async () => {
    const { world, pia, alarm } = await openAll({ alertPriorityRule: 'LOW' })
    await setRules(world, pia.id, 'LOW_PRIORITY', [])
    await alarm('Disk')
    expect(await world.mails()).toEqual([])
    expect(await newest(world)).toMatchObject({ unattendedSince: expect.any(String) })
    expect(await story(world, (await newest(world)).id)).toMatch(/low priority asks only the first level/)
  })

  it('quiet hours hold low priority back and tell it in one digest; high priority passes', async () => {
    const { world, pia, alarm, source } = await openAll({ alertPriorityRule: 'LOW' })
    // The world begins at 9:00 UTC.
    await world.api.put(`/api/users/${pia.id}/quiet-hours`, { quietHours: { from: '08:00', to: '10:00' } })
    await alarm('Disk')
    await alarm('Memory')
    expect(await world.mails()).toEqual([])
    expect(await story(world, (await newest(world)).id)).toMatch(
      /told in one summary at 10:00 UTC: it is of low priority/,
    )
    await world.api.put(`/api/alert-sources/${source.id}`, {
      name: source.name,
      integrationType: 'API',
      escalationPolicy: source.escalationPolicy,
      alertPriorityRule: 'HIGH',
    })
    await alarm('Fire')
    expect((await world.mails()).map((mail) => mail.subject)).toEqual([expect.stringContaining('Fire')])
    await world.advance(61 * MINUTE)
    expect((await world.mails()).filter((mail) => /quiet hours/.test(mail.subject))).toMatchObject([
      { to: ['pia@example.com'], text: expect.stringMatching(/Disk[\s\S]*Memory/) },
    ])
  })

  it('who was asked and wants to know hears what became of it; who did it does not', async () => {
    const { world, pia, alarm } = await openAll()
    const path = `/api/users/${pia.id}/notification-preferences`
    const [email] = await world.api.get<Contact[]>(`/api/users/${pia.id}/contacts/emails`)
    for (const type of ['ALERT_ESCALATED', 'ALERT_RESOLVED']) {
      await world.api.post(`${path}/updates`, { type, method: 'EMAIL', contact: { id: email?.id } })
    }
    await alarm('Disk')
    await world.advance(15 * MINUTE)
    await world.api.put(`/api/alerts/${(await newest(world)).id}/resolve`)
    await world.settle()
    const subjects = (await world.mails())
      .filter((mail) => mail.to[0] === 'pia@example.com')
      .map((mail) => mail.subject)
    expect(subjects.toReversed()).toEqual([
      expect.stringContaining('Disk'),
      expect.stringMatching(/was escalated: level 2, Tom Then/),
      expect.stringMatching(/was resolved by Automation/),
    ])
  })

  it.each<[string, string, Record<string, unknown>, RegExp]>([
    ['a foreign contact', 'alerts', { type: 'HIGH_PRIORITY', method: 'EMAIL', contact: { id: 999 } }, /no contact 999/],
    ['no contact', 'alerts', { type: 'HIGH_PRIORITY', method: 'SMS' }, /Choose a contact/],
    ['a call for an update', 'updates', { type: 'ALERT_ACCEPTED', method: 'VOICE' }, /Only alerts/],
    ['a type of another list', 'alerts', { type: 'ON_CALL', method: 'PUSH' }, /Choose one of/],
    ['an odd time before a shift', 'duties', { method: 'PUSH', beforeMin: 7 }, /Choose one of/],
  ])('%s is refused with the field', async (_what, list, body, message) => {
    const { world, pia } = await openAll()
    const answer = await world.api.call<{ detail: string }>(
      'POST',
      `/api/users/${pia.id}/notification-preferences/${list}`,
      body,
    )
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toMatch(message)
  })
})

describe('contacts', () => {
  it('nothing but a code goes to a contact before it is verified, and wrong codes end', async () => {
    const { world, pia, alarm } = await openAll()
    const path = `/api/users/${pia.id}/contacts/phone-numbers`
    const number = await world.api.post<Contact>(path, { target: '+43 660 1234567' })
    expect(number).toMatchObject({ status: 'LOCKED', target: '+436601234567', methods: ['SMS', 'VOICE'] })
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'SMS', contact: number }])
    await alarm('Disk')
    expect(await phone(world)).toEqual([])
    expect(await world.mails()).toHaveLength(1)
    expect((await world.api.call('POST', `${path}/${number.id}/test`)).status).toBe(400)

    await world.api.post(`${path}/${number.id}/send-code`)
    expect((await world.api.call('POST', `${path}/${number.id}/send-code`)).status).toBe(429)
    await world.settle()
    const [{ text } = { text: '' }] = await world.inbox.get<{ text: string }[]>('/api/phone')
    const code = /\b\d{6}\b/.exec(text)?.[0] ?? ''
    const wrong = code === '000000' ? '000001' : '000000'
    for (let tries = 0; tries < 5; tries++) {
      expect((await world.api.call('POST', `${path}/${number.id}/verify`, { code: wrong })).status).toBe(400)
    }
    const late = await world.api.call<{ detail: string }>('POST', `${path}/${number.id}/verify`, { code })
    expect(late.body.detail).toMatch(/Too many wrong codes/)
  })

  it('a mailbox that is gone is broken at once: its person and the admins are told another way, and a code mends it', async () => {
    const { world, pia, alarm } = await openAll({}, { losesNoCommits: true })
    const number = await addContact(world, pia.id, 'phone-numbers', { target: '+436601234567' })
    const boss = await world.api.post<{ id: number }>('/api/users', {
      firstName: 'Bo',
      lastName: 'Ss',
      email: 'bo@example.com',
      role: 'ADMIN',
    })
    await world.inbox.put('/api/faults', { mode: 'permanent', remaining: 1 })
    await alarm('Disk')
    await world.settle()
    const contacts = await world.api.get<Contact[]>(`/api/users/${pia.id}/contacts`)
    expect(contacts.find((one) => one.kind === 'emails')).toMatchObject({
      status: 'BLACKLISTED',
      brokenReason: expect.stringMatching(/550|refuses/),
    })
    // The page itself, and the news of the contact.
    const texts = (await phone(world)).map((entry) => `${entry.kind}: ${entry.text}`)
    expect(texts).toContainEqual(expect.stringMatching(/^call: .*Disk/))
    expect(texts).toContainEqual(expect.stringMatching(/^sms: .*contact of yours is broken/))
    expect((await world.mails()).filter((mail) => mail.to[0] === 'bo@example.com')).toMatchObject([
      { subject: expect.stringMatching(/Pia First is broken/) },
    ])
    expect(boss.id).toBeGreaterThan(0)
    const mail = contacts.find((one) => one.kind === 'emails')
    await world.api.post(`/api/users/${pia.id}/contacts/emails/${mail?.id}/send-code`)
    await world.settle()
    const code = /\b\d{6}\b/.exec((await world.mails())[0]?.subject ?? '')?.[0]
    expect(await world.api.post(`/api/users/${pia.id}/contacts/emails/${mail?.id}/verify`, { code })).toMatchObject({
      status: 'OK',
    })
    expect(number.id).toBeGreaterThan(0)
  })

  it('a browser that unsubscribed is broken, and the person is paged by the next way', async () => {
    const { world, pia, alarm } = await openAll({}, { losesNoCommits: true })
    const subscription = await world.inbox.post<Record<string, unknown>>('/api/phone-browsers')
    const browser = await addContact(world, pia.id, 'push-devices', {
      target: JSON.stringify(subscription),
      label: 'Firefox',
    })
    expect(JSON.stringify(browser)).not.toContain('/push/')
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'PUSH', contact: null }])
    await world.inbox.put('/api/phone-faults', { provider: 'push', mode: 'stop', remaining: 1 })
    await alarm('Disk')
    expect((await world.mails()).filter((mail) => /Disk/.test(mail.subject)).map((mail) => mail.to[0])).toEqual([
      'pia@example.com',
    ])
    expect(await world.api.get(`/api/users/${pia.id}/contacts/push-devices/${browser.id}`)).toMatchObject({
      status: 'BLACKLISTED',
    })
  })

  it('a test reaches the contact, and its state can be watched', async () => {
    const { world, pia } = await openAll()
    const topic = await addContact(world, pia.id, 'ntfy', { target: 'tocsin-pia' })
    const { noticeId } = await world.api.post<{ noticeId: string }>(
      `/api/users/${pia.id}/contacts/ntfy/${topic.id}/test`,
    )
    expect(await world.api.get(`/api/notices/${noticeId}`)).toMatchObject({ status: 'SCHEDULED' })
    await world.settle()
    expect(await world.api.get(`/api/notices/${noticeId}`)).toMatchObject({ status: 'SUCCESS', method: 'NTFY' })
    expect((await phone(world)).map((entry) => entry.title)).toEqual([expect.stringMatching(/test notification/)])
  })

  it('a person changes their own contacts and nobody else’s, an admin everybody’s', async () => {
    const { world, tom } = await openAll()
    const answer = await world.outside.call('POST', `/api/users/${tom.id}/contacts/ntfy`, { target: 'topic' })
    expect(answer.status).toBe(401)
    for (const [kind, target] of [
      ['phone-numbers', 'twelve'],
      ['emails', 'a b@c'],
      ['webhooks', 'ftp://example.com'],
      ['webhooks', 'https://user:pass@example.com'],
      ['push-devices', '{}'],
      ['slack', '#general'],
      ['telegram', '@someone'],
    ]) {
      const refused = await world.api.call('POST', `/api/users/${tom.id}/contacts/${kind}`, { target })
      expect(refused.status, kind).toBe(400)
    }
  })

  it('an address inside the network is not called', async () => {
    const { world, pia } = await openAll()
    const path = `/api/users/${pia.id}/contacts/webhooks`
    const hook = await world.api.post<Contact>(path, { target: 'http://169.254.169.254/latest/meta-data' })
    const { noticeId } = await world.api.post<{ noticeId: string }>(`${path}/${hook.id}/send-code`)
    await world.settle()
    expect(await world.api.get(`/api/notices/${noticeId}`)).toMatchObject({
      status: 'ERROR',
      errorMessage: expect.stringMatching(/not public/),
    })
  })
})

describe('a way that fails', () => {
  async function withNumber(how: WorldOptions = {}) {
    const all = await openAll({}, how)
    const number = await addContact(all.world, all.pia.id, 'phone-numbers', { target: '+436601234567' })
    return { ...all, number }
  }

  it('for a while: a second way within three minutes, and the first is called off', async () => {
    const { world, alarm } = await withNumber()
    await world.inbox.put('/api/faults', { mode: 'temporary' })
    await alarm('Disk')
    const alert = await newest(world)
    expect(await phone(world)).toEqual([])
    await world.advance(3 * MINUTE)
    // A call first, as it rings.
    expect((await phone(world)).map((entry) => entry.kind)).toContain('call')
    expect(await story(world, alert.id)).toMatch(/Call to \+436601234567 goes out in a minute/)
    await nothingFound(world)
  })

  it('and gets through before the minute is over: no second way', async () => {
    const { world, alarm } = await withNumber({ losesNoCommits: true })
    await world.inbox.put('/api/faults', { mode: 'temporary', remaining: 1 })
    await alarm('Disk')
    await world.advance(10 * MINUTE)
    expect(await world.mails()).toHaveLength(1)
    expect(await phone(world)).toEqual([])
    expect(await story(world, (await newest(world)).id)).toMatch(/called off: E-mail to pia@example\.com got through/)
    await nothingFound(world)
  })

  it('at the first gateway: the second takes over at once', async () => {
    const { world, pia, number, alarm } = await withNumber({ losesNoCommits: true })
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'SMS', contact: number }])
    await world.inbox.put('/api/phone-faults', { provider: 'gateway', mode: '5xx' })
    await alarm('Disk')
    expect(await phone(world, { kind: 'sms' })).toMatchObject([{ from: '+437654321' }])
    expect(await pages(world, (await newest(world)).id)).toMatchObject([
      { status: 'SUCCESS', attempts: 1, receipt: 'DELIVERED' },
    ])
  })

  it('without a receipt: another way after 90 seconds', async () => {
    const { world, pia, number, alarm } = await withNumber()
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'SMS', contact: number }])
    await world.inbox.put('/api/phone-faults', { provider: 'gateway', mode: 'lost-receipt' })
    await alarm('Disk')
    await world.advance(89)
    expect(await phone(world)).toHaveLength(1)
    await world.advance(2)
    expect((await phone(world)).map((entry) => entry.kind)).toEqual(['call', 'sms'])
    expect(await story(world, (await newest(world)).id)).toMatch(/was not confirmed within 90 s/)
    await nothingFound(world)
  })

  it('as nobody picks up: another way at once', async () => {
    const { world, pia, number, alarm } = await withNumber()
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'VOICE', contact: number }])
    await alarm('Disk')
    const [call] = await phone(world, { kind: 'call' })
    await act(world, call, 'ring-out')
    await world.settle()
    expect((await phone(world)).map((entry) => entry.kind)).toEqual(['sms', 'call'])
    const told = await pages(world, (await newest(world)).id)
    expect(told).toHaveLength(2)
    expect(told).toContainEqual(expect.objectContaining({ method: 'VOICE', status: 'ERROR', receipt: 'UNDELIVERED' }))
    expect(told).toContainEqual(expect.objectContaining({ method: 'SMS', status: 'SUCCESS' }))
    await nothingFound(world)
  })

  it('as the channel is set up wrongly: a banner, and nothing else stands still', async () => {
    const world = await open({ env: { TOCSIN_CHANNELS: '{"NTFY":{"url":12},"SLACK":{}}' } })
    const { banners } = await world.api.get<{ banners: { code: string; text: string }[] }>('/api/status')
    expect(banners.filter((banner) => banner.code === 'channel-broken')).toHaveLength(2)
    const { source } = await addSource(world, { integrationType: 'API' })
    await world.outside.post('/api/events', {
      integrationKey: source.integrationKey,
      eventType: 'ALERT',
      summary: 'Disk',
    })
    await world.settle()
    expect(await world.mails()).toHaveLength(1)
  })
})

describe('a storm', () => {
  it('three mails of a source, then one summary when the window ends; every page has its line', async () => {
    const { world, alarm } = await openAll({}, { losesNoCommits: true })
    for (let number = 1; number <= 8; number++) await alarm(`Disk ${number}`, number === 8)
    expect(await world.mails()).toHaveLength(3)
    const alerts = await alertsOf(world)
    const bundled: number[] = []
    for (const alert of alerts) {
      const [page] = await pages(world, alert.id)
      if (page?.status !== 'BUNDLED') continue
      bundled.push(alert.id)
      expect(page.errorMessage).toMatch(/of the same source/)
      expect(await story(world, alert.id)).toMatch(/is told in one summary at 09:03 UTC: 3 of the same source/)
    }
    expect(bundled).toHaveLength(5)
    await world.advance(179)
    expect(await world.mails()).toHaveLength(3)
    await world.advance(2)
    expect((await world.mails())[0]).toMatchObject({ subject: '5 more alerts from Monitoring' })
    expect(await story(world, bundled[0] ?? 0)).toMatch(/The summary by E-mail to pia@example\.com was handed over/)
    await nothingFound(world)
  })

  it('a summary that is refused for good is told another way, or hurries escalation, as a page that failed', async () => {
    const { world, pia, alarm } = await openAll({}, { losesNoCommits: true })
    await addContact(world, pia.id, 'mattermost', { target: `${world.inboxUrl}/hooks/mattermost/pia` })
    for (let number = 1; number <= 5; number++) await alarm(`Disk ${number}`)
    expect(await world.mails()).toHaveLength(3)
    await world.inbox.put('/api/faults', { mode: 'permanent', remaining: 1 })
    await world.advance(3 * MINUTE + 5)
    const alerts = await alertsOf(world)
    const lost = alerts.filter((alert) => ['Disk 4', 'Disk 5'].includes(alert.summary))
    for (const alert of lost) {
      expect((await pages(world, alert.id)).map((page) => [page.method, page.status]).toSorted()).toEqual([
        ['EMAIL', 'ERROR'],
        ['MATTERMOST', 'SUCCESS'],
      ])
      expect(await story(world, alert.id)).toMatch(/failed: the summary that would have told of it failed/)
    }
    const told = (await phone(world, { app: 'mattermost' })).filter((entry) => /Disk \d/.test(entry.title))
    expect(told).toHaveLength(2)
    await nothingFound(world)
  })

  it('a summary that is refused for good hurries escalation where there is no other way', async () => {
    const { world, alarm } = await openAll({}, { losesNoCommits: true })
    for (let number = 1; number <= 4; number++) await alarm(`Disk ${number}`)
    const lost = (await alertsOf(world)).find((alert) => alert.summary === 'Disk 4')
    await world.inbox.put('/api/faults', { mode: 'permanent', remaining: 1 })
    await world.advance(3 * MINUTE + 5)
    // Level 2 would be asked after fifteen minutes.
    const own = await pages(world, lost?.id ?? 0)
    expect(own.map((page) => [page.user.firstName, page.status]).toSorted()).toContainEqual(['Pia', 'ERROR'])
    expect(own.some((page) => page.user.firstName === 'Tom')).toBe(true)
    await nothingFound(world)
  })

  it('no summary when all of it was answered', async () => {
    const { world, alarm } = await openAll({}, { losesNoCommits: true })
    for (let number = 1; number <= 5; number++) await alarm(`Disk ${number}`)
    for (const alert of await alertsOf(world)) await world.api.put(`/api/alerts/${alert.id}/accept`)
    await world.advance(4 * MINUTE)
    expect(await world.mails()).toHaveLength(3)
    expect(await story(world, (await newest(world)).id)).toMatch(
      /summary .* is not sent: every one of its alerts was answered/,
    )
  })

  it('whoever heard nothing for a minute is paged at once, in the middle of it', async () => {
    const { world, alarm } = await openAll({}, { losesNoCommits: true })
    for (let number = 1; number <= 5; number++) await alarm(`Disk ${number}`)
    await world.advance(61)
    await alarm('Fire')
    expect((await world.mails())[0]?.subject).toMatch(/Fire/)
  })

  it('the same words are pushed once', async () => {
    const { world, pia, alarm } = await openAll({}, { losesNoCommits: true })
    const topic = await addContact(world, pia.id, 'ntfy', { target: 'tocsin-pia' })
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'NTFY', contact: topic }])
    await alarm('Disk')
    await alarm('Disk')
    await alarm('Memory')
    expect((await phone(world)).map((entry) => entry.title.replace(/Alert \d+: /, ''))).toEqual(['Memory', 'Disk'])
    const [, second] = await alertsOf(world)
    expect(await story(world, second?.id ?? 0)).toMatch(/ntfy message to tocsin-pia is not sent: the same words/)
  })
})

describe('answers', () => {
  async function withPhone() {
    const all = await openAll()
    const number = await addContact(all.world, all.pia.id, 'phone-numbers', { target: '+436601234567' })
    const chat = await addContact(all.world, all.pia.id, 'telegram', { target: '4711' })
    const topic = await addContact(all.world, all.pia.id, 'ntfy', { target: 'tocsin-pia' })
    return { ...all, number, chat, topic }
  }

  it('by SMS: accept, once; later ones say already; words are noted; all as the person of the number', async () => {
    const { world, pia, number, alarm } = await withPhone()
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'SMS', contact: number }])
    await alarm('Disk')
    const alert = await newest(world)
    const [sms] = await phone(world, { kind: 'sms' })
    const said = async (text: string) => (await act(world, sms, 'reply', { text })).talk.at(-1)?.text
    expect(await said('what is this')).toMatch(/Not understood/)
    expect(await said('note I am on the train')).toMatch(/Noted/)
    expect(await read(world, alert.id)).toMatchObject({ status: 'PENDING' })
    expect(await said('1')).toMatch(/is yours/)
    expect(await read(world, alert.id)).toMatchObject({
      status: 'ACCEPTED',
      acknowledgedBy: { email: 'pia@example.com' },
    })
    expect(await said('1')).toMatch(/already accepted by Pia First/)
    expect(await said('3')).toMatch(/already accepted/)
    expect(await said('2 #999999')).toMatch(/no alert you were asked about/)
    expect(await said('2')).toMatch(/resolved/)
    expect(await said('2')).toMatch(/already resolved/)
    expect(await story(world, alert.id)).toMatch(/Pia First by SMS: I am on the train/)
  })

  it('by a number’s own inbound address, signed; not unsigned, and not from a number nobody has', async () => {
    const { world, pia, number, alarm } = await withPhone()
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'SMS', contact: number }])
    await alarm('Disk')
    const alert = await newest(world)
    const channels = await world.api.get<{ method: string; inboundUrl: string | null }[]>('/api/channels')
    const url = new URL(channels.find((one) => one.method === 'SMS')?.inboundUrl ?? '')
    const send = (form: Record<string, string>, token: string) => {
      const text = Object.keys(form)
        .sort()
        .map((name) => `${name}${form[name]}`)
        .join('')
      const signature = createHmac('sha1', token)
        .update(url.href + text)
        .digest('base64')
      return world.outside.call<string>('POST', url.pathname, new URLSearchParams(form).toString(), {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signature,
      })
    }
    expect((await send({ From: '+436601234567', Body: '1' }, 'not-the-token')).status).toBe(403)
    expect((await send({ From: '+439999999999', Body: '1' }, 'a-token-of-twilio')).body).toMatch(/<Response\/>/)
    expect(await read(world, alert.id)).toMatchObject({ status: 'PENDING' })
    expect((await send({ From: '+436601234567', Body: '1' }, 'a-token-of-twilio')).body).toMatch(/is yours/)
    expect(await read(world, alert.id)).toMatchObject({ status: 'ACCEPTED' })
    expect((await world.outside.call('POST', '/callbacks/sms/made-up', 'From=1')).status).toBe(404)
  })

  it('STOP by SMS: the number is not used any more, and the person is told another way', async () => {
    const { world, pia, number, alarm } = await withPhone()
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'SMS', contact: number }])
    await alarm('Disk')
    const [sms] = await phone(world, { kind: 'sms' })
    expect((await act(world, sms, 'reply', { text: 'STOP' })).talk.at(-1)?.text).toMatch(/No more messages/)
    await world.settle()
    expect((await world.mails()).map((mail) => mail.subject)).toEqual([
      expect.stringMatching(/contact of yours is broken/),
    ])
    expect(await world.api.get(`/api/users/${pia.id}/contacts/phone-numbers/${number.id}`)).toMatchObject({
      status: 'BLACKLISTED',
    })
  })

  it('by the keys of a telephone', async () => {
    const { world, pia, number, alarm } = await withPhone()
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'VOICE', contact: number }])
    await alarm('Disk & <b>memory</b>')
    const [call] = await phone(world, { kind: 'call' })
    expect(call?.text).toMatch(/Disk & <b>memory<\/b>.*Press 1 to accept/)
    await act(world, call, 'pick-up')
    expect((await act(world, call, 'keys', { digits: '9' })).talk.at(-1)?.text).toMatch(/Not understood/)
    expect((await act(world, call, 'keys', { digits: '1' })).talk.at(-1)?.text).toMatch(/is yours/)
    await world.settle()
    expect(await read(world, (await newest(world)).id)).toMatchObject({
      status: 'ACCEPTED',
      acknowledgedBy: { email: 'pia@example.com' },
    })
  })

  it('by a button in Telegram: escalate asks the next level now', async () => {
    const { world, pia, chat, alarm } = await withPhone()
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'TELEGRAM', contact: chat }])
    await alarm('Disk')
    const [message] = await phone(world, { app: 'Telegram' })
    const escalate = message?.buttons.findIndex((button) => button.label === 'Escalate')
    expect((await act(world, message, 'press', { button: escalate })).talk.at(-1)?.text).toMatch(
      /goes to the next level/,
    )
    await world.settle()
    expect((await world.mails()).map((mail) => mail.to[0])).toEqual(['tom@example.com'])
    expect(await story(world, (await newest(world)).id)).toMatch(
      /Escalated to level 2 of Day and night by Pia First from Telegram/,
    )
    expect((await act(world, message, 'press', { button: escalate })).talk.at(-1)?.text).toMatch(
      /Everybody was already asked/,
    )
  })

  it('by a button of ntfy and of a browser’s push', async () => {
    const { world, pia, topic, alarm } = await withPhone()
    const subscription = await world.inbox.post<Record<string, unknown>>('/api/phone-browsers')
    await addContact(world, pia.id, 'push-devices', { target: JSON.stringify(subscription), label: 'Firefox' })
    await setRules(world, pia.id, 'HIGH_PRIORITY', [
      { method: 'NTFY', contact: topic },
      { method: 'PUSH', contact: null },
    ])
    await alarm('Disk')
    const [ntfy] = await phone(world, { app: 'ntfy' })
    const [push] = await phone(world, { app: 'Browser' })
    expect(push?.title).toMatch(/Disk/)
    await act(world, push, 'press', { button: 0 })
    expect(await read(world, (await newest(world)).id)).toMatchObject({ status: 'ACCEPTED' })
    expect((await act(world, ntfy, 'press', { button: 1 })).talk.at(-1)?.text).toMatch(/resolved/)
    expect(await story(world, (await newest(world)).id)).toMatch(/Accepted by Pia First from the push notification/)
  })

  it('from Slack, signed, and by whom the message was for', async () => {
    const { world, pia, alarm } = await withPhone()
    await world.api.put('/api/channels/SLACK', {
      settings: { botToken: 'xoxb-of-the-sandbox', signingSecret: 'a-signing-secret', url: `${world.inboxUrl}/slack` },
    })
    const member = await addContact(world, pia.id, 'slack', { target: 'U012AB3CD' })
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'SLACK', contact: member }])
    await alarm('Disk')
    const alert = await newest(world)
    const [message] = await phone(world, { app: 'Slack' })
    const value = (JSON.parse(message?.body ?? '{}').blocks[1].elements as { value: string }[])[0]?.value
    const channels = await world.api.get<{ method: string; inboundUrl: string | null }[]>('/api/channels')
    const { pathname } = new URL(channels.find((one) => one.method === 'SLACK')?.inboundUrl ?? '')
    const press = (user: string, secret: string) => {
      const payload = JSON.stringify({ user: { id: user }, actions: [{ action_id: 'accept', value }] })
      const body = new URLSearchParams({ payload }).toString()
      const timestamp = String(Math.floor(world.clock.instant.getTime() / 1_000))
      const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`
      return world.outside.call('POST', pathname, body, {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signature,
      })
    }
    expect((await press('U012AB3CD', 'wrong')).status).toBe(403)
    expect((await press('U999999', 'a-signing-secret')).status).toBe(200)
    expect(await read(world, alert.id)).toMatchObject({ status: 'PENDING' })
    expect((await press('U012AB3CD', 'a-signing-secret')).status).toBe(200)
    expect(await read(world, alert.id)).toMatchObject({ status: 'ACCEPTED' })
  })

  it('a webhook is signed as Standard Webhooks say', async () => {
    const { world, pia, alarm } = await openAll()
    const hook = await addContact(world, pia.id, 'webhooks', { target: `${world.inboxUrl}/hooks/webhook/pia` })
    await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'WEBHOOK', contact: hook }])
    await alarm('Disk')
    const [call] = await phone(world, { kind: 'webhook' })
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = call?.headers ?? {}
    const key = Buffer.from((hook.signingKey ?? '').replace('whsec_', ''), 'base64')
    expect(signature).toBe(`v1,${createHmac('sha256', key).update(`${id}.${at}.${call?.body}`).digest('base64')}`)
    expect(JSON.parse(call?.body ?? '{}')).toMatchObject({ type: 'alert.page', data: { alert: { summary: 'Disk' } } })
    const [page] = await pages(world, (await newest(world)).id)
    expect(page?.target).not.toContain('/hooks/webhook/pia')
  })
})
