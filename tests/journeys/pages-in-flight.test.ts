import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Notification } from '../../server/notifications/schema.ts'
import { addMinutes } from '../../server/runtime/time.ts'
import { readWatchFacts } from '../../server/watch/alarms/store.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { changeRequest, connectedWith, newRequest } from '../support/fourme.ts'
import { addContact, phone, setRules, setUpChannels } from '../support/phone.ts'
import { alertsOf, timelineOf } from '../support/seven-steps.ts'
import { alarm, MINUTE, readAlert } from '../support/verbs.ts'
import type { World, WorldOptions } from '../support/world.ts'

const open = worldsOfThisFile()
const pagesOf = (world: World, alertId: number) => world.api.get<Notification[]>(`/api/alerts/${alertId}/notifications`)
const storyOf = async (world: World, alertId: number) => (await timelineOf(world, alertId)).join('\n')

/** Pia is reached by SMS, after `delayMin`, and has her e-mail besides. */
async function withNumber(delayMin: number, how: WorldOptions = {}) {
  const world = await open(how)
  await setUpChannels(world)
  const setting = await alarm(world)
  await world.api.put(`/api/alerts/${setting.alert.id}/resolve`)
  const pia = setting.people[0]?.id ?? 0
  const number = await addContact(world, pia, 'phone-numbers', { target: '0660 1234567', regionCode: 'AT' })
  await setRules(world, pia, 'HIGH_PRIORITY', [{ method: 'SMS', contact: number, delayMin }])
  await setting.send({ eventType: 'ALERT', summary: 'Mail is down', alertKey: 'mail' })
  const [alert] = await alertsOf(world)
  return { world, pia, number, ...setting, alert: alert ?? setting.alert }
}

describe('a page on its way', () => {
  it('that the gateway says did not arrive, before it says that it took it, takes another way', async () => {
    const { world, send } = await withNumber(0)
    await world.inbox.put('/api/phone-faults', { provider: 'gateway', mode: 'lost-receipt' })
    await sql`create function news_is_faster() returns trigger language plpgsql as $$ begin
      new.receipt_state := 'UNDELIVERED'; new.error := 'The number is not in service.'; return new; end $$`.execute(
      world.db,
    )
    await sql`create trigger news_is_faster before update on notification for each row
      when (new.status = 'SENDING' and new.channel = 'SMS') execute function news_is_faster()`.execute(world.db)
    await send({ eventType: 'ALERT', summary: 'Web is down', alertKey: 'web' })
    const [alert] = await alertsOf(world)
    const pages = await pagesOf(world, alert?.id ?? 0)
    expect(pages).toContainEqual(expect.objectContaining({ method: 'SMS', status: 'ERROR' }))
    expect(pages.filter((page) => page.status === 'SUCCESS')).toHaveLength(1)
    expect(await storyOf(world, alert?.id ?? 0)).toMatch(/SMS to .* failed: The number is not in service/)
  })

  it('to a contact that was removed meanwhile goes to another one, and nothing to the old', async () => {
    const { world, pia, number, alert } = await withNumber(5)
    const mails = (await world.mails()).length
    await world.api.call('DELETE', `/api/users/${pia}/contacts/phone-numbers/${number.id}`)
    await world.advance(6 * MINUTE)
    expect(await phone(world)).toEqual([])
    expect(await world.mails()).toHaveLength(mails + 1)
    expect(await storyOf(world, alert.id)).toMatch(/The contact was removed/)
  })

  it('two of one step that end at the same moment do not hold each other up', async () => {
    const { world, pia, number, send } = await withNumber(0, { losesNoCommits: true })
    const emails = world.db.selectFrom('contact').select('id').where('person_id', '=', pia)
    const email = await emails.where('method', '=', 'EMAIL').executeTakeFirstOrThrow()
    await setRules(world, pia, 'HIGH_PRIORITY', [
      { method: 'SMS', contact: number },
      { method: 'EMAIL', contact: email },
    ])
    for (let n = 0; n < 10; n++) await send({ eventType: 'ALERT', summary: `Disk ${n}`, alertKey: `disk-${n}` })
    const attempts = await world.db.selectFrom('notification').select('attempts').execute()
    expect(attempts.filter((one) => one.attempts > 1)).toEqual([])
  })

  it('is missed by the watchdog when it does not leave', async () => {
    const world = await open()
    await world.inbox.put('/api/faults', { mode: 'temporary' })
    await alarm(world)
    const waiting = await world.db.selectFrom('notification').select('due_at').executeTakeFirstOrThrow()
    expect((await readWatchFacts(world.db, waiting.due_at)).lateSeconds).toBe(0)
    expect((await readWatchFacts(world.db, addMinutes(waiting.due_at, 2))).lateSeconds).toBe(120)
  })
})

describe('a button of an earlier time', () => {
  it('changes nothing once the record was opened again, and says so', async () => {
    const world = await open()
    await connectedWith(world, { reopen: 'REOPEN' })
    const ticket = await newRequest(world)
    const [alert] = await alertsOf(world)
    const [old] = await world.mails()
    const link = /http\S+\/answer\/\S+?(?=\?)/.exec(old?.text ?? '')?.[0] ?? ''
    await world.advance(60)
    await changeRequest(world, ticket.id, { status: 'completed', completion_reason: 'solved' })
    await world.advance(60)
    await changeRequest(world, ticket.id, { status: 'assigned' })
    await world.advance(60)
    expect(await readAlert(world, alert?.id ?? 0)).toMatchObject({ status: 'PENDING' })
    expect(await (await fetch(link)).text()).toMatch(/was opened again/)
    const answer = await fetch(link, { method: 'POST', body: new URLSearchParams({ do: 'resolve' }) })
    expect(await answer.text()).toMatch(/was opened again/)
    expect(await readAlert(world, alert?.id ?? 0)).toMatchObject({ status: 'PENDING' })
    const [fresh] = await world.mails()
    const freshLink = /http\S+\/answer\/\S+?(?=\?)/.exec(fresh?.text ?? '')?.[0] ?? ''
    await fetch(freshLink, { method: 'POST', body: new URLSearchParams({ do: 'accept' }) })
    expect(await readAlert(world, alert?.id ?? 0)).toMatchObject({ status: 'ACCEPTED' })
  })

  it('of somebody who may not answer any more leads nowhere', async () => {
    const world = await open()
    const { alert, people } = await alarm(world)
    const [mail] = await world.mails()
    const link = /http\S+\/answer\/\S+?(?=\?)/.exec(mail?.text ?? '')?.[0] ?? ''
    await world.db
      .updateTable('person')
      .set({ role: 'GUEST' })
      .where('id', '=', people[0]?.id ?? 0)
      .execute()
    expect((await fetch(link, { method: 'POST', body: new URLSearchParams({ do: 'accept' }) })).status).toBe(404)
    expect(await readAlert(world, alert.id)).toMatchObject({ status: 'PENDING' })
  })
})
