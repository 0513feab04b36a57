import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, launchBrowser, openPage, picture } from '../support/browser.ts'
import { JsonClient } from '../support/json-client.ts'
import { npmStart, type Started } from '../support/npm-start.ts'

const KEY = 'an-administrators-key-for-the-story-of-4me-01'
/** Howard Tanner has the same address in the sandbox: write-back finds him by it. */
const owner = {
  firstName: 'Howard',
  lastName: 'Tanner',
  email: 'howard.tanner@acme.example',
  password: 'correct horse battery staple',
}
/** Two busy cores take their time. */
const SOON = { timeout: 15_000 }
const EVENTS = ['request.create', 'request.update', 'problem.create', 'problem.update']

let started: Started
let browser: Browser
let context: BrowserContext
let tocsin: Page
let fourme: Page
let api: JsonClient
let sandbox: JsonClient
let webhookUrl = ''
let troubles: string[][] = []

beforeAll(async () => {
  started = await npmStart({ TOCSIN_ADMIN_API_KEY: KEY })
  api = new JsonClient(started.tocsinUrl, { authorization: `Bearer ${KEY}` })
  sandbox = new JsonClient(started.sandboxUrl)
  const token = new URL(started.signInUrl).hash.slice(1)
  await new JsonClient(started.tocsinUrl).post('/api/welcome', { token, ...owner })
  await furnish()
  browser = await launchBrowser()
  // A window for each: pages behind another one are drawn once a second.
  const contexts = await Promise.all([1, 2].map(() => browser.newContext({ viewport: { width: 1280, height: 860 } })))
  const pages = await Promise.all(contexts.map(openPage))
  context = contexts[0] as BrowserContext
  ;[tocsin, fourme] = pages.map((one) => one.page) as [Page, Page]
  troubles = pages.map((one) => one.troubles)
  await tocsin.goto(`${started.tocsinUrl}/sign-in`)
  await tocsin.getByLabel('E-mail').fill(owner.email)
  await tocsin.getByLabel('Password', { exact: true }).fill(owner.password)
  await tocsin.getByRole('button', { name: 'Sign in' }).click()
  await tocsin.getByRole('link', { name: 'Alert sources' }).first().waitFor()
  // Before somebody is signed in, asking who it is answers 401.
  for (const one of troubles) one.length = 0
})
afterAll(async () => {
  await browser?.close()
  await started?.stop()
})

/** A policy that asks the owner, and one for the network; a source that is not connected yet. */
async function furnish(): Promise<void> {
  const [person] = await api.get<{ id: number }[]>('/api/users')
  const policy = (name: string) =>
    api.post<{ id: number }>('/api/escalation-policies', {
      name,
      escalationRules: [{ escalationTimeout: 30, users: [{ id: person?.id }] }],
    })
  const { id } = await policy('Operations')
  await policy('Network')
  const source = await api.post<{ id: number; integrationUrl: string }>('/api/alert-sources', {
    name: '4me production',
    integrationType: 'FOURME',
    escalationPolicy: { id },
  })
  expect(source.id).toBe(1)
  webhookUrl = source.integrationUrl
}

const isDone = (step: string) => tocsin.locator(`[data-step="${step}"]`).getAttribute('data-done')
const ticks = () => Promise.all(STEPS.map(isDone))
const STEPS = ['settings-saved', 'webhook-seen', 'verified', 'first-delivery', 'last-delivery']

describe('from an unknown account to a connection that works, both windows side by side', () => {
  it('the link to the token form appears while the account is typed, and the form is filled in', async () => {
    await tocsin.goto(`${started.tocsinUrl}/alert-sources/1/integration`)
    await tocsin.locator('[data-step="settings-saved"]').waitFor()
    expect(await ticks()).toEqual(['false', 'false', 'false', 'false', 'false'])
    await tocsin.getByText('Enter account and region').waitFor()
    await tocsin.getByLabel('Account name').fill('acme')
    await tocsin.getByRole('button', { name: 'Fill in' }).click()
    const link = tocsin.getByRole('link', { name: /Generate a token in 4me/ })
    await picture(tocsin, 'fourme-01-token-link')
    await fourme.goto((await link.getAttribute('href')) ?? '')
    expect(await fourme.getByLabel('Name').inputValue()).toBe('Tocsin')
    for (const type of ['Request', 'Problem']) {
      const group = fourme.getByRole('group', { name: type, exact: true })
      expect(await group.getByLabel('Update').isChecked()).toBe(true)
    }
    await fourme.getByRole('button', { name: 'Generate token' }).click()
    await tocsin.getByLabel('Auth token').fill(await fourme.getByLabel('Token', { exact: true }).inputValue())
    await tocsin.getByRole('button', { name: 'Test connection' }).click()
    await tocsin.getByText('4me accepts this token.').waitFor()
    await tocsin.getByRole('button', { name: 'Save' }).click()
    await expect.poll(ticks, SOON).toEqual(['true', 'false', 'false', 'false', 'false'])
  })

  it('a webhook in 4me ticks two steps here, without a reload, and says 200 there', async () => {
    for (const [index, event] of EVENTS.entries()) {
      await fourme.goto(`${started.sandboxUrl}/webhooks/new`)
      await fourme.getByLabel('Event').selectOption(event)
      await fourme.getByLabel('URI').fill(webhookUrl)
      await fourme.getByRole('button', { name: 'Save' }).click()
      if (index === 0) {
        await fourme.locator('[data-last-delivery-status="200"]').first().waitFor()
        await expect.poll(ticks, SOON).toEqual(['true', 'true', 'true', 'false', 'false'])
        await picture(tocsin, 'fourme-02-verified')
      }
      await fourme.getByText('needs to be verified').waitFor({ state: 'hidden' })
    }
  })

  it('the test of a webhook is recognised: it opens nothing, and every webhook says 200', async () => {
    const webhooks = await sandbox.get<{ id: number }[]>('/sandbox/api/webhooks')
    for (const { id } of webhooks) {
      await fourme.goto(`${started.sandboxUrl}/webhooks/${id}`)
      await fourme.getByRole('button', { name: 'Test', exact: true }).click()
      await fourme.locator('[data-last-delivery-status="200"]').first().waitFor()
    }
    await picture(fourme, 'fourme-03-last-delivery')
    const outcomes = async () =>
      (await api.get<{ rule: string; event: string }[]>('/api/deliveries')).filter(
        (one) => one.rule === 'test-delivery',
      ).length
    await expect.poll(outcomes, SOON).toBe(webhooks.length)
    expect(await api.get<unknown[]>('/api/alerts')).toEqual([])
  })

  it('a record of its own ticks the last steps', async () => {
    await sandbox.post('/sandbox/api/requests', { subject: 'A first one' })
    await expect.poll(ticks, SOON).toEqual(['true', 'true', 'true', 'true', 'true'])
    expect(await tocsin.getByText('5 of 5').isVisible()).toBe(true)
    expect(await tocsin.getByRole('list', { name: 'Diagnosis' }).count()).toBe(0)
    await picture(tocsin, 'fourme-04-connected')
  })
})

describe('the settings of the behaviour', () => {
  const section = (title: string) =>
    tocsin.locator('section').filter({ has: tocsin.getByRole('heading', { name: title }) })
  const save = async (title: string) => {
    await section(title).getByRole('button', { name: 'Save' }).click()
    await tocsin.getByText('Saved.').first().waitFor()
  }
  const saved = async () =>
    (await api.get<{ integrationSettings: Record<string, unknown> }>('/api/alert-sources/1')).integrationSettings

  it('are changed on one page, each part by itself, and stand there after a reload', async () => {
    await tocsin.goto(`${started.tocsinUrl}/alert-sources/1/behaviour`)
    await tocsin.getByLabel('Requests: Waiting for customer').selectOption('RESOLVE')
    await save('Status table')
    await tocsin.getByLabel('Priority for impact medium').selectOption('HIGH')
    await tocsin.getByLabel('Severity for impact medium').selectOption('2')
    await section('Priority and severity').getByLabel('Proposed').check()
    await save('Priority and severity')
    await tocsin.getByLabel('Act before a target is missed').check()
    await tocsin.getByLabel('Minutes before').fill('half an hour')
    await section('Targets and comparison').getByRole('button', { name: 'Save' }).click()
    await tocsin.getByText('Minutes before: How many minutes before the target is missed.').waitFor()
    await tocsin.getByLabel('Minutes before').fill('45')
    await save('Targets and comparison')
    for (const deed of ['Accepted', 'Resolved', 'Comments', 'Handed on'])
      await section('Write back').getByRole('switch', { name: deed, exact: true }).check()
    await tocsin.getByLabel('Status when accepted').selectOption('in_progress')
    await tocsin.getByRole('button', { name: 'Add a team' }).click()
    await tocsin.getByLabel('Escalation policy 1').selectOption({ label: 'Network' })
    await tocsin.getByLabel('Team in 4me 1').fill('15')
    await save('Write back')
    await picture(tocsin, 'fourme-05-behaviour')
    await expect.poll(saved, SOON).toMatchObject({
      statusMap: { request: { waiting_for_customer: 'RESOLVE' }, problem: null },
      impactPriority: { medium: { priority: 'HIGH', severity: 2 }, top: null },
      majorIncident: ['proposed'],
      slaTrigger: { minutesBefore: 45, target: 'next_target_at', action: 'RAISE' },
      writeBack: { accept: true, acceptStatus: 'in_progress', completionReason: 'solved', dryRun: false },
    })
    expect(Object.values(((await saved()).writeBack as { teams: object }).teams)).toEqual([15])
    await tocsin.reload()
    await tocsin.getByLabel('Team in 4me 1').waitFor()
    expect(await tocsin.getByLabel('Team in 4me 1').inputValue()).toBe('15')
    expect(await tocsin.getByLabel('Minutes before').inputValue()).toBe('45')
    expect(await tocsin.getByLabel('Severity for impact medium').inputValue()).toBe('2')
  })
})

describe('a conversation between the two', () => {
  it('accepted in Tocsin, the record has its status and its member in 4me', async () => {
    const ticket = await sandbox.post<{ id: number }>('/sandbox/api/requests', {
      subject: 'The label printer is dead',
      impact: 'top',
      note: 'Nothing leaves the house.',
    })
    await fourme.goto(`${started.sandboxUrl}/requests/${ticket.id}`)
    await tocsin.goto(`${started.tocsinUrl}/alerts`)
    await tocsin.getByRole('link', { name: 'The label printer is dead' }).click()
    await tocsin.getByRole('heading', { name: /The label printer is dead/ }).waitFor()
    await tocsin.getByRole('button', { name: 'Accept', exact: true }).click()
    await fourme.locator('[data-status="in_progress"]').first().waitFor()
    await expect.poll(() => fourme.locator('main').textContent(), SOON).toContain('Howard Tanner')
    await tocsin
      .getByText(/Written: status in_progress/)
      .first()
      .waitFor()
    await picture(fourme, 'fourme-06-accepted-in-4me')
  })

  it('a note in 4me stands in Tocsin, and a comment in Tocsin stands in 4me', async () => {
    await fourme.getByLabel('Add a note').fill('The vendor sends a spare part.')
    await fourme.getByRole('button', { name: 'Add note' }).click()
    await tocsin.getByText('The vendor sends a spare part.').first().waitFor()
    await tocsin.getByLabel('Write a comment').fill('Labels by hand until then.')
    await tocsin.getByRole('button', { name: 'Comment', exact: true }).click()
    await fourme.getByText('Labels by hand until then.').first().waitFor()
    await picture(tocsin, 'fourme-07-conversation')
  })

  it('completed in 4me, the alert is resolved', async () => {
    await fourme.getByLabel('Solution').fill('The spare part is in.')
    await fourme.getByRole('button', { name: 'Complete', exact: true }).click()
    await tocsin.getByText('Resolved', { exact: true }).first().waitFor()
    await tocsin.getByText('The spare part is in.').first().waitFor()
    const story = await tocsin.getByRole('main').textContent()
    // Our own words came back by a webhook, and are told once.
    expect(story?.match(/\(4me production\)[^\n]{0,4}Labels by hand/)).toBeNull()
    await picture(tocsin, 'fourme-08-resolved')
  })
})

describe('the pages of a 4me source', () => {
  it.each([
    ['light', { width: 1280, height: 860 }],
    ['dark', { width: 390, height: 844 }],
  ] as const)('read well in %s at %o', async (colorScheme, viewport) => {
    const look = await browser.newContext({ colorScheme, viewport, storageState: await context.storageState() })
    const { page } = await openPage(look)
    for (const tab of ['integration', 'behaviour', 'comparison']) {
      await page.goto(`${started.tocsinUrl}/alert-sources/1/${tab}`)
      await page.getByRole('heading', { level: 2 }).first().waitFor()
      await expect.poll(() => page.locator('[aria-busy="true"]').count(), SOON).toBe(0)
      await picture(page, `fourme-look-${colorScheme}-${viewport.width}-${tab}`)
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
      expect(overflow, `${tab} is wider than the screen`).toBeLessThanOrEqual(0)
      expect(await accessibilityFaults(page), tab).toEqual([])
    }
    await look.close()
  })

  it('told no error on the way', () => {
    // The mistake that was typed on purpose is answered by 400.
    expect(troubles.flat().filter((text) => !/400 .*\/api\/alert-sources\/1\)/.test(text))).toEqual([])
  })
})
