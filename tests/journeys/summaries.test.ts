import { describe, expect, it } from 'vitest'
import { newest, nothingFound, pages, story, withAllChannels } from '../support/all-channels.ts'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addContact, phone, setRules } from '../support/phone.ts'
import { alertsOf } from '../support/seven-steps.ts'
import type { WorldOptions } from '../support/world.ts'

const open = worldsOfThisFile()
const MINUTE = 60
const openAll = (some: Record<string, unknown> = {}, how: WorldOptions = {}) => withAllChannels(open(how), some)

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
