import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import type { Alert } from '../../server/alerts/schema.ts'
import { newest, pages, story, withAllChannels } from '../support/all-channels.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { act, addContact, phone, setRules } from '../support/phone.ts'
import type { World, WorldOptions } from '../support/world.ts'

const open = worldsOfThisFile()
const openAll = (some: Record<string, unknown> = {}, how: WorldOptions = {}) => withAllChannels(open(how), some)
const read = (world: World, id: number) => world.api.get<z.infer<typeof Alert>>(`/api/alerts/${id}`)

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
