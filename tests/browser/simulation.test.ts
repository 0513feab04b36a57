import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Alert } from '../../server/alerts/schema.ts'
import { accessibilityFaults, everyLook, launchBrowser, openPage } from '../support/browser.ts'
import { JsonClient } from '../support/json-client.ts'
import { npmStart, type Started } from '../support/npm-start.ts'

const KEY = 'an-administrators-key-for-the-stories-0001'
let started: Started
let browser: Browser
let page: Page
let troubles: string[] = []
let api: JsonClient
let [source, policy] = [0, 0]
let delivery = ''

beforeAll(async () => {
  browser = await launchBrowser()
  started = await npmStart({ TOCSIN_ADMIN_API_KEY: KEY })
  api = new JsonClient(started.tocsinUrl, { authorization: `Bearer ${KEY}` })
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  ;({ page, troubles } = await openPage(context))
  await page.goto(started.signInUrl)
  await page.getByLabel('First name').fill('Olga')
  await page.getByLabel('Last name').fill('Owner')
  await page.getByLabel('E-mail').fill('olga@example.com')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
  await page.locator('button[type=submit]').click()
  await page.getByRole('link', { name: 'Alert sources' }).first().waitFor()
  await furnish()
  troubles.length = 0
})

afterAll(async () => {
  await browser?.close()
  await started?.stop()
})

/** Two levels that take turns, twice, and an event that is in the log. */
async function furnish(): Promise<void> {
  const person = (firstName: string) =>
    api.post<{ id: number }>('/api/users', {
      firstName,
      lastName: 'Duty',
      email: `${firstName.toLowerCase()}@example.com`,
      role: 'RESPONDER',
    })
  const [ann, ben, dana] = [await person('Ann'), await person('Ben'), await person('Dana')]
  ;({ id: policy } = await api.post<{ id: number }>('/api/escalation-policies', {
    name: 'Operations',
    escalationRules: [
      { escalationTimeout: 5, users: [ann] },
      { escalationTimeout: 10, users: [ben, dana] },
    ],
    frequency: 2,
  }))
  const made = await api.post<{ id: number; integrationKey: string }>('/api/alert-sources', {
    name: 'Monitoring',
    integrationType: 'API',
    escalationPolicy: { id: policy },
  })
  source = made.id
  const send = (eventType: string) =>
    new JsonClient(started.tocsinUrl).post<{ receipt: string }>('/api/events', {
      integrationKey: made.integrationKey,
      eventType,
      summary: 'Disk almost full',
      alertKey: 'disk',
    })
  delivery = (await send('ALERT')).receipt
  await send('RESOLVE')
}

const minuteOf = (minute: number) => page.locator(`[data-minute="${minute}"]`)
const simulate = async () => {
  await page.getByRole('button', { name: 'Simulate' }).click()
  await page.getByRole('heading', { name: 'Minute by minute' }).waitFor()
}

async function isAccessible(): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([])
}

describe('what if', () => {
  it('is found in the navigation, and says by itself what it is for', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'What if' }).click()
    await page.getByText('Nothing simulated yet').waitFor()
    await page.getByText('Nothing is sent, whatever you try here.').waitFor()
    await isAccessible()
    await everyLook(page, 'what-if-01-empty')
  })

  it('shows from a delivery of the log whom it would page today, minute by minute, and sends nothing', async () => {
    await expect.poll(async () => (await api.get<Alert[]>('/api/alerts?view=all'))[0]?.status).toBe('RESOLVED')
    await page.goto(`${started.tocsinUrl}/deliveries/${delivery}`)
    await page.getByRole('main').getByRole('link', { name: 'What if' }).click()
    expect(await page.getByLabel('What arrives').inputValue()).toBe(delivery)
    expect(await page.getByLabel('Alert source').inputValue()).toBe(String(source))
    await simulate()
    await page.getByText('Nothing was sent, and nothing is kept.').waitFor()
    await minuteOf(0).getByText('Ann Duty', { exact: true }).first().waitFor()
    for (const name of ['Ben Duty', 'Dana Duty']) await minuteOf(5).getByText(name, { exact: true }).first().waitFor()
    await minuteOf(15)
      .getByText(/round 2 of 2/)
      .waitFor()
    await minuteOf(30)
      .getByText(/every level was asked/)
      .first()
      .waitFor()
    await page.getByText('Nobody is left to ask at +30 min').waitFor()
    await isAccessible()
    await everyLook(page, 'what-if-02-delivery')
    expect(await api.get<Alert[]>('/api/alerts?view=all')).toHaveLength(1)
  })

  it('compares today with an edit that is not saved, and marks what differs', async () => {
    await page.goto(`${started.tocsinUrl}/escalation-policies/${policy}`)
    await page.getByRole('main').getByRole('link', { name: 'What if' }).click()
    expect(await page.getByLabel('Alert source').inputValue()).toBe(String(source))
    await page.getByRole('switch', { name: 'Compare with an edit' }).click()
    await page.getByRole('button', { name: 'Simulate' }).click()
    await page.getByText('Change something, so that there is an edit to compare.').waitFor()
    await page.getByLabel('Minutes to the next level').fill('7')
    await page.getByLabel('Rounds').selectOption('1')
    await page.getByLabel('Summary').fill('Fan is loud')
    await simulate()
    const late = minuteOf(7)
    await late.getByRole('list', { name: 'With the edit' }).locator('[data-only-here]').first().waitFor()
    await late.getByText('Nothing', { exact: true }).waitFor()
    expect(await minuteOf(0).locator('[data-decision="notifications send"][data-only-here]').count()).toBe(0)
    await page.getByText('Nobody is left to ask at +17 min').waitFor()
    await isAccessible()
    await everyLook(page, 'what-if-03-edit')
    const kept = await api.get<{ frequency: number }>(`/api/escalation-policies/${policy}`)
    expect(kept.frequency).toBe(2)
  })

  it('says at the field what cannot be simulated, and tells what is set aside, by keyboard alone', async () => {
    await page.goto(`${started.tocsinUrl}/alert-sources/${source}`)
    await page.getByRole('main').getByRole('link', { name: 'What if' }).click()
    await page.getByLabel('When').fill('1999-12-31T23:00')
    await page.getByLabel('Summary').press('Enter')
    await page.getByText('Choose a moment from the year 2000 to the year 2099.').waitFor()
    await page.getByRole('button', { name: 'Next night at 3' }).press('Enter')
    await page.getByLabel('What arrives').selectOption('PASTED')
    await page.getByLabel('Body').fill('{"nothing": true}')
    await page.getByRole('button', { name: 'Simulate' }).press('Enter')
    await minuteOf(0).getByText('set aside').waitFor()
    await everyLook(page, 'what-if-04-set-aside')
    expect(troubles.filter((trouble) => !trouble.includes('status of 400'))).toEqual([])
  })
})
