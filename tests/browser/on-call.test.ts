import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CoverageRequest } from '../../server/duties/requests/schema.ts'
import type { EscalationPolicy } from '../../server/escalation/schema.ts'
import type { Override, Schedule } from '../../server/oncall/schema.ts'
import type { SupportHours } from '../../server/oncall/support-hours/schema.ts'
import { accessibilityFaults, launchBrowser, openPage, picture } from '../support/browser.ts'
import { JsonClient } from '../support/json-client.ts'
import { npmStart, type Started } from '../support/npm-start.ts'

const KEY = 'an-administrators-key-for-the-story-of-shifts'
const PASSWORD = 'correct horse battery staple'
const owner = { firstName: 'Olga', lastName: 'Owner', email: 'olga@example.com', password: PASSWORD }
const ben = { firstName: 'Ben', lastName: 'Berg', email: 'ben@example.com', password: PASSWORD, role: 'USER' }

let started: Started
let browser: Browser
let page: Page
let api: JsonClient
let troubles: string[] = []

async function signIn(email: string): Promise<{ context: BrowserContext; page: Page; troubles: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, timezoneId: 'UTC' })
  const opened = await openPage(context)
  await opened.page.goto(`${started.tocsinUrl}/sign-in`)
  await opened.page.getByLabel('E-mail').fill(email)
  await opened.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await opened.page.getByRole('button', { name: 'Sign in' }).click()
  await opened.page.getByRole('heading', { level: 1 }).waitFor()
  await opened.page.waitForURL(/alerts/)
  // Before somebody is signed in, asking who it is answers 401.
  opened.troubles.length = 0
  return { context, ...opened }
}

beforeAll(async () => {
  started = await npmStart({ TOCSIN_ADMIN_API_KEY: KEY })
  api = new JsonClient(started.tocsinUrl, { authorization: `Bearer ${KEY}` })
  const token = new URL(started.signInUrl).hash.slice(1)
  await new JsonClient(started.tocsinUrl).post('/api/welcome', { token, ...owner })
  await api.post('/api/users', ben)
  browser = await launchBrowser()
  const opened = await signIn(owner.email)
  page = opened.page
  troubles = opened.troubles
})
afterAll(async () => {
  await browser?.close()
  await started?.stop()
})

const open = (path: string) => page.goto(`${started.tocsinUrl}${path}`)
const schedules = () => api.get<Schedule[]>('/api/schedules')
const overrides = async () => {
  const [schedule] = await schedules()
  return api.get<Override[]>(`/api/schedules/${schedule?.id}/overrides`)
}
const dialog = () => page.getByRole('dialog')
const choose = async (field: Locator, text: string) => {
  const value = await field.locator('option', { hasText: text }).first().getAttribute('value')
  await field.selectOption(value ?? '')
}

async function expectAccessible(): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([])
}

/** The page on a phone and in the dark: nothing is wider than the screen. */
async function lookAround(name: string): Promise<void> {
  await picture(page, `${name}-light`)
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, `${name}-dark`)
  await expectAccessible()
  await page.setViewportSize({ width: 390, height: 844 })
  await picture(page, `${name}-phone-dark`)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  await page.emulateMedia({ colorScheme: 'light' })
  await picture(page, `${name}-phone-light`)
  await expectAccessible()
  await page.setViewportSize({ width: 1280, height: 860 })
}

describe('shifts', { timeout: 120_000 }, () => {
  it('come from layers that are written with a preview beside them', async () => {
    await open('/schedules/new')
    await page.getByLabel('Name').first().fill('Operations')
    for (const name of ['Olga Owner', 'Ben Berg']) await choose(page.getByLabel('Add a person'), name)
    await page.getByLabel('Time zone').selectOption('Europe/Vienna')
    await page.getByText('With one working contact only: Olga Owner, Ben Berg.').waitFor()
    await lookAround('schedule-editor')
    await page.getByRole('button', { name: 'Create schedule' }).click()
    await page.getByRole('button', { name: 'Take on-call' }).waitFor()
    await page.getByRole('region', { name: 'On call' }).getByText('Olga Owner').first().waitFor()
    await page.evaluate('window.scrollTo(0, 0)')
    await lookAround('schedule-calendar')
    expect(await schedules()).toMatchObject([{ name: 'Operations', currentShift: { user: { firstName: 'Olga' } } }])
  })

  it('are overridden by Take on-call, and by drawing on the calendar', async () => {
    await page.getByRole('button', { name: 'Take on-call' }).click()
    await choose(dialog().getByLabel('Who is on call'), 'Ben Berg')
    await dialog().getByRole('button', { name: 'Put on call' }).click()
    await page.getByText('Override', { exact: true }).first().waitFor()
    expect(await overrides()).toMatchObject([{ user: { firstName: 'Ben' } }])

    // Two weeks on there is no override yet.
    await page.getByRole('button', { name: 'Later' }).click()
    await page.getByRole('button', { name: 'Later' }).click()
    await page.getByRole('region', { name: 'Overrides' }).waitFor({ state: 'detached' })
    const row = page.getByRole('region', { name: 'On call' }).locator('[data-draws]')
    await row.scrollIntoViewIfNeeded()
    const box = await row.boundingBox()
    if (!box) throw new Error('There is no row to draw on.')
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2, { steps: 5 })
    await page.mouse.up()
    await choose(dialog().getByLabel('Who is on call'), 'Olga Owner')
    await picture(page, 'override-drawn')
    await dialog().getByRole('button', { name: 'Put on call' }).click()
    await dialog().waitFor({ state: 'detached' })
    const drawn = (await overrides()).find(({ user }) => user.firstName === 'Olga')
    const hours = (Date.parse(drawn?.end ?? '') - Date.parse(drawn?.start ?? '')) / 3_600_000
    // A tenth of a week, on whole quarters of an hour or so.
    expect(hours).toBeGreaterThan(14)
    expect(hours).toBeLessThan(20)
    await page.getByRole('button', { name: 'Remove the override of Olga Owner' }).click()
    await page.getByRole('button', { name: 'Remove the override of Olga Owner' }).waitFor({ state: 'detached' })
    expect(await overrides()).toHaveLength(1)
  })

  it('are asked to be covered by a colleague, who accepts in the list', async () => {
    await open('/my-on-call')
    const first = page.getByRole('list', { name: 'My shifts' }).getByRole('listitem').first()
    await first.getByRole('button', { name: 'Ask for cover' }).click()
    await dialog().getByRole('button', { name: 'Ask', exact: true }).click()
    await dialog().getByText('Choose a colleague.').waitFor()
    await choose(dialog().getByLabel('Colleague'), 'Ben Berg')
    await dialog().getByLabel('Message').fill('The play of my daughter')
    await picture(page, 'ask-for-cover')
    await dialog().getByRole('button', { name: 'Ask', exact: true }).click()
    await first.getByText('Ben is asked').waitFor()
    await lookAround('my-on-call')

    const other = await signIn(ben.email)
    await other.page.getByText('request to you').waitFor({ state: 'attached' })
    await other.page.goto(`${started.tocsinUrl}/my-on-call`)
    const asked = other.page.getByRole('list', { name: 'Requests to you' }).getByRole('listitem')
    await asked.getByText('Olga Owner asks you').waitFor()
    await picture(other.page, 'asked-for-cover')
    await asked.getByRole('button', { name: 'Accept' }).click()
    await other.page.getByRole('dialog').getByLabel('Message').fill('Enjoy it')
    await other.page.getByRole('dialog').getByRole('button', { name: 'Take the shift' }).click()
    await other.page.getByText('You take the shift.').waitFor()
    expect(other.troubles).toEqual([])
    await other.context.close()

    await page.getByRole('list', { name: 'Coverage requests' }).getByText('Accepted').waitFor()
    const requests = await api.get<CoverageRequest[]>('/api/coverage-requests')
    expect(requests).toMatchObject([{ state: 'ACCEPTED', answer: 'Enjoy it' }])
  })

  it('are handed over for a holiday after looking at what changes', async () => {
    const before = (await overrides()).length
    await page.getByRole('button', { name: 'Override my shifts' }).click()
    await choose(dialog().getByLabel('Who is on call instead'), 'Ben Berg')
    const end = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 16)
    await dialog().getByLabel('Until').fill(end)
    const changes = dialog().getByRole('list', { name: 'What changes' }).getByRole('listitem')
    await changes.nth(1).waitFor()
    await picture(page, 'override-my-shifts')
    await expectAccessible()
    const count = await changes.count()
    await changes.nth(1).getByRole('checkbox').uncheck()
    await dialog()
      .getByRole('button', { name: /^Hand over/ })
      .click()
    await page.getByText(/handed over/).waitFor()
    expect((await overrides()).length - before).toBe(count - 1)
  })

  it('are handed over where a calendar file says one is away', async () => {
    await page.getByRole('button', { name: 'Override my shifts' }).click()
    await choose(dialog().getByLabel('Who is on call instead'), 'Ben Berg')
    await dialog().getByRole('button', { name: 'Take absences from a calendar file' }).click()
    const day = (ahead: number) =>
      new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
    const absence = (uid: string, name: string, from: number, until: number) =>
      `BEGIN:VEVENT\r\nUID:${uid}\r\nSUMMARY:${name}\r\nDTSTART;VALUE=DATE:${day(from)}\r\nDTEND;VALUE=DATE:${day(until)}\r\nEND:VEVENT`
    const text = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:x',
      absence('a', 'Skiing', 44, 50),
      absence('b', 'Dentist', 2, 3),
      'END:VCALENDAR',
    ].join('\r\n')
    await dialog()
      .getByLabel('Calendar file')
      .setInputFiles({ name: 'away.ics', mimeType: 'text/calendar', buffer: Buffer.from(text) })
    const times = dialog().getByRole('list', { name: 'Times of the calendar' })
    await times.getByText('Skiing').waitFor()
    await picture(page, 'absences-of-a-calendar')
    await expectAccessible()
    await times.getByRole('listitem').filter({ hasText: 'Dentist' }).getByRole('checkbox').uncheck()
    await dialog().getByRole('button', { name: 'Cancel' }).click()

    await open('/support-hours/new')
    await page.getByLabel('Name').first().fill('Office')
    await page.getByRole('button', { name: 'Import calendar' }).click()
    await dialog().getByLabel('Or its text').fill('hello')
    await dialog().getByRole('button', { name: 'Read the calendar' }).click()
    await dialog().getByText('This is no calendar').waitFor()
    await dialog().getByLabel('Or its text').fill(text)
    await dialog().getByRole('button', { name: 'Read the calendar' }).click()
    await dialog().getByRole('button', { name: 'Add 2 exceptions' }).click()
    await lookAround('support-hours')
    await page.getByRole('button', { name: 'Create support hours' }).click()
    await page.getByRole('list', { name: 'Support hours' }).getByText('Office').waitFor()
    const [hours] = await api.get<SupportHours[]>('/api/support-hours')
    expect(hours?.exceptions.map(({ name }) => name)).toEqual(['Dentist', 'Skiing'])
  })

  it('are replaced everywhere when a person goes', async () => {
    const [gone] = [
      await api.post<{ id: number }>('/api/users', { firstName: 'Gil', lastName: 'Gone', email: 'gil@example.com' }),
    ]
    await api.post('/api/escalation-policies', {
      name: 'Of Gil',
      escalationRules: [{ escalationTimeout: 5, users: [gone] }],
    })
    await open(`/people/${gone?.id}`)
    await page.getByRole('button', { name: 'Delete person' }).click()
    await dialog().getByRole('list', { name: 'Used by' }).getByText('Of Gil').waitFor()
    await choose(dialog().getByLabel('Replacement'), 'Ben Berg')
    await picture(page, 'delete-person-in-use')
    await expectAccessible()
    await dialog().getByRole('button', { name: 'Replace and delete' }).click()
    await page.getByText('Gil Gone was deleted.').waitFor()
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor()
    const policies = await api.get<EscalationPolicy[]>('/api/escalation-policies')
    expect(policies.find(({ name }) => name === 'Of Gil')?.escalationRules).toMatchObject([
      { users: [{ firstName: 'Ben' }] },
    ])
  })

  it('are listed in the context of a team, if one is chosen', async () => {
    await api.post('/api/teams', { name: 'Red team' })
    await open('/schedules')
    await page.getByRole('link', { name: 'Operations' }).waitFor()
    await choose(page.getByLabel('Show things of'), 'Red team')
    await page.getByText('Nothing of this team').waitFor()
    await lookAround('nothing-of-team')
    await page.reload()
    await page.getByText('Nothing of this team').waitFor()
    await page.getByRole('button', { name: 'Show all teams' }).click()
    await page.getByRole('link', { name: 'Operations' }).waitFor()
  })

  it('are reminded of as the profile says', async () => {
    await open('/profile')
    const rules = page.getByRole('region', { name: 'Before a shift' })
    await rules.getByRole('button', { name: 'Add rule' }).click()
    await rules.getByLabel('How long before a shift').selectOption('60')
    await rules.getByRole('button', { name: 'Add', exact: true }).click()
    await rules.getByText('1 h before by').waitFor()
    await lookAround('reminder-rules')
    await rules.getByRole('button', { name: 'Remove E-mail' }).click()
    await rules.getByText('Not reminded.').waitFor()
    // What is no calendar was refused on the way.
    expect(troubles.filter((trouble) => !trouble.includes('calendar-imports'))).toEqual([])
  })
})
