import { describe, expect, it } from 'vitest'
import type { Contact } from '../../server/notifications/contacts/schema.ts'
import type { NotificationRule } from '../../server/notifications/rules/schema.ts'
import { newest, nothingFound, pages, story, withAllChannels } from '../support/all-channels.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { act, addContact, phone, setRules } from '../support/phone.ts'
import { addSource } from '../support/seven-steps.ts'
import type { WorldOptions } from '../support/world.ts'

const open = worldsOfThisFile()
const MINUTE = 60
const openAll = (some: Record<string, unknown> = {}, how: WorldOptions = {}) => withAllChannels(open(how), some)

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
