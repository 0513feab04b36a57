import { describe, expect, it } from 'vitest'
import type { Contact } from '../../server/notifications/contacts/schema.ts'
import { withAllChannels } from '../support/all-channels.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addContact, phone, setRules } from '../support/phone.ts'
import type { WorldOptions } from '../support/world.ts'

const open = worldsOfThisFile()
const openAll = (some: Record<string, unknown> = {}, how: WorldOptions = {}) => withAllChannels(open(how), some)

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
