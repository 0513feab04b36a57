import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, launchBrowser, openPage, picture } from '../support/browser.ts'
import { JsonClient } from '../support/json-client.ts'
import { npmStart, type Started } from '../support/npm-start.ts'

const owner = { first: 'Olga', last: 'Owner', email: 'olga@example.com', password: 'correct horse battery staple' }
const EVENTS = ['problem.create', 'problem.update', 'request.create', 'request.update']
const PAGES = [
  '/alerts?view=all',
  '/alerts/1',
  '/alert-sources',
  '/alert-sources/1',
  '/alert-sources/1/integration',
  '/alert-sources/new',
  '/escalation-policies',
  '/escalation-policies/2',
  '/people',
  '/teams',
  '/deliveries',
]
const SUBJECT = 'The till in <b>shop 7</b> is frozen'

let started: Started
let browser: Browser
let context: BrowserContext
let tocsin: Page
let fourme: Page
let inbox: Page
let told: string[][] = []

beforeAll(async () => {
  started = await npmStart()
  browser = await launchBrowser()
  // A window for each: pages behind another one are drawn once a second.
  const contexts = await Promise.all(
    [1, 2, 3].map(() => browser.newContext({ viewport: { width: 1280, height: 860 } })),
  )
  const pages = await Promise.all(contexts.map(openPage))
  context = contexts[0] as BrowserContext
  ;[tocsin, fourme, inbox] = pages.map((one) => one.page) as [Page, Page, Page]
  told = pages.map((one) => one.troubles)
})
afterAll(async () => {
  await browser?.close()
  await started?.stop()
})

describe('what a newcomer does, from npm start to a resolved alert', () => {
  let webhookUrl = ''
  let token = ''

  it('1: signs in by the printed link and becomes the owner', async () => {
    await tocsin.goto(started.signInUrl)
    await picture(tocsin, '01-welcome')
    await tocsin.getByLabel('First name').fill(owner.first)
    await tocsin.getByLabel('Last name').fill(owner.last)
    await tocsin.getByLabel('E-mail').fill(owner.email)
    await tocsin.getByLabel('Password', { exact: true }).fill(owner.password)
    await tocsin.getByRole('button', { name: /create|owner|start/i }).click()
    await tocsin.getByRole('link', { name: 'Alert sources' }).first().waitFor()
    await picture(tocsin, '02-first-page')
  })

  it('2: creates an alert source with the wizard, and gets its key and address', async () => {
    await tocsin.getByRole('link', { name: 'Alert sources' }).first().click()
    await picture(tocsin, '03-sources-empty')
    await tocsin
      .getByRole('link', { name: /create new alert source/i })
      .first()
      .click()
    const filter = tocsin.getByLabel('Filter integrations')
    await filter.fill('xurrent')
    await expect.poll(() => tocsin.getByRole('radio').count()).toBe(1)
    await filter.fill('4me')
    await picture(tocsin, '04-wizard-type')
    await tocsin.getByRole('radio', { name: '4me' }).check({ force: true })
    await next()
    await tocsin.getByLabel('Name').fill('4me production')
    await picture(tocsin, '05-wizard-name')
    await next()
    await tocsin.getByText('Generate a new escalation policy').click()
    expect(await tocsin.getByLabel('Policy name').getAttribute('placeholder')).toBe(
      'Escalation policy for 4me production',
    )
    await picture(tocsin, '06-wizard-escalation')
    await next()
    await tocsin.getByText('Do not group alerts').click()
    await picture(tocsin, '07-wizard-grouping')
    await next()
    await picture(tocsin, '08-wizard-settings')
    await tocsin.getByRole('button', { name: 'Finish setup' }).click()
    await tocsin.getByRole('heading', { name: /4me production is ready/ }).waitFor()
    await picture(tocsin, '09-ready')
    webhookUrl = await tocsin.getByLabel('Webhook URL').inputValue()
    const key = await tocsin.getByLabel('API key').inputValue()
    expect(webhookUrl).toBe(`${started.tocsinUrl}/api/v1/events/4me/${key}`)
  })

  it('3: generates a personal access token in the sandbox, shown once', async () => {
    await fourme.goto(started.sandboxUrl)
    await fourme.getByText('Howard Tanner').first().click()
    await fourme.getByRole('link', { name: 'My profile' }).click()
    await fourme.getByRole('link', { name: 'Personal Access Tokens' }).click()
    await fourme.getByRole('link', { name: 'Generate new token' }).click()
    await fourme.getByLabel('Name').fill('Tocsin')
    await fourme.getByText('Add record types').click()
    for (const type of ['Problem', 'Request']) {
      await fourme.getByLabel(type, { exact: true }).check()
      await fourme.getByRole('group', { name: type, exact: true }).getByLabel('Select all').check()
    }
    await fourme.getByRole('button', { name: 'Generate token' }).click()
    token = await fourme.getByLabel('Token', { exact: true }).inputValue()
    expect(token.length).toBeGreaterThan(20)
    await picture(fourme, '10-token')
    await fourme.reload()
    expect(await fourme.content()).not.toContain(token)
  })

  it('4: enters account, token and region, and tests the connection', async () => {
    await tocsin.getByRole('link', { name: /4me settings/ }).click()
    await picture(tocsin, '11-settings-empty')
    await tocsin.getByLabel('Account name').fill('acme')
    await tocsin.getByLabel('Auth token').fill('this-is-a-wrong-token')
    await tocsin.getByRole('button', { name: 'Fill in' }).click()
    expect(await tocsin.getByLabel('4me region').inputValue()).toBe('custom')
    expect(await tocsin.getByLabel('Account address').inputValue()).toBe(started.sandboxUrl)
    await tocsin.getByRole('button', { name: 'Test connection' }).click()
    await tocsin.getByText(/does not know this token/).waitFor()
    await picture(tocsin, '12-settings-wrong-token')
    await tocsin.getByLabel('Auth token').fill(token)
    await tocsin.getByRole('button', { name: 'Test connection' }).click()
    await tocsin.getByText('4me accepts this token.').waitFor()
    await tocsin.getByRole('button', { name: 'Save' }).click()
    await tocsin.getByText(/saved/i).first().waitFor()
    await picture(tocsin, '13-settings-saved')
    await tocsin.reload()
    await tocsin.getByLabel('Account name').waitFor()
    expect(await tocsin.getByLabel('Auth token').inputValue()).toBe('')
    expect(await tocsin.content()).not.toContain(token)
  })

  it('5: creates four webhooks; the first is verified, the others are active at once', async () => {
    await fourme.goto(started.sandboxUrl)
    await fourme.getByRole('link', { name: 'Settings' }).click()
    await fourme.getByLabel('Search settings').fill('webhook')
    await fourme.getByRole('link', { name: /^Webhooks/ }).click()
    for (const [index, event] of EVENTS.entries()) {
      await fourme.getByRole('link', { name: 'New webhook' }).click()
      await fourme.getByLabel('Name').fill(`Tocsin: ${event}`)
      await fourme.getByLabel('Event').selectOption(event)
      await fourme.getByLabel('URI').fill(webhookUrl)
      await fourme.getByRole('button', { name: 'Save' }).click()
      if (index === 0) await fourme.locator('[data-last-delivery-status="200"]').first().waitFor()
      await fourme.getByText('needs to be verified').waitFor({ state: 'hidden' })
      if (index === 0) await picture(fourme, '14-webhook-verified')
      await fourme.goto(`${started.sandboxUrl}/webhooks`)
    }
    await picture(fourme, '15-webhooks')
    const sandbox = new JsonClient(started.sandboxUrl)
    const verifications = await sandbox.get<unknown[]>('/sandbox/api/deliveries?event=webhook.verify')
    expect(verifications).toHaveLength(1)
    const webhooks = await sandbox.get<{ verified: boolean }[]>('/sandbox/api/webhooks')
    expect(webhooks.map((one) => one.verified)).toEqual([true, true, true, true])
  })

  it('6: a request becomes an alert within a second, without a reload, and a mail with links', async () => {
    await tocsin.getByRole('link', { name: 'Alerts' }).first().click()
    await tocsin.getByText('All quiet').waitFor()
    await picture(tocsin, '16-alerts-empty')
    await fourme.goto(`${started.sandboxUrl}/requests/new`)
    await fourme.getByLabel('Subject').fill(SUBJECT)
    await fourme.getByLabel('Impact').selectOption('top')
    await fourme.getByLabel('Requester').selectOption({ label: 'Lucy Grant' })
    await fourme.getByLabel('Team').selectOption({ label: 'Service Desk' })
    await fourme.getByLabel('Note').fill('Nobody can pay.\nSince 09:00.')
    await fourme.getByRole('button', { name: 'Save' }).click()

    const row = tocsin.getByRole('listitem').filter({ hasText: SUBJECT })
    await row.waitFor()
    await expect.poll(() => row.textContent()).toMatch(/Impact: top/i)
    await expect.poll(() => row.textContent()).toContain('Lucy Grant')
    await picture(tocsin, '17-alert-in-list')
    await row.getByRole('link').first().click()
    await tocsin
      .getByText(/asked now/i)
      .first()
      .waitFor()
    await picture(tocsin, '18-alert')
    expect(await tocsin.getByRole('link', { name: /in 4me/ }).getAttribute('href')).toContain(
      `${started.sandboxUrl}/requests/`,
    )

    await inbox.goto(started.inboxUrl)
    await inbox.getByText(SUBJECT).first().click()
    await picture(inbox, '19-mail')
    const [answer] = await Promise.all([
      inbox.waitForEvent('popup'),
      inbox.frameLocator('iframe[title="Mail"]').getByRole('link', { name: 'Accept' }).click(),
    ])
    await answer.waitForLoadState()
    await picture(answer, '20-answer-page')
    expect(await answer.textContent('body')).toContain(SUBJECT)
    // Looking at the page changed nothing.
    expect(await tocsin.getByRole('button', { name: 'Accept' }).isVisible()).toBe(true)
    await answer.close()
  })

  it('7: accepted and completed in the sandbox is accepted and resolved here, live, with its story', async () => {
    await fourme.getByRole('button', { name: 'Accept', exact: true }).click()
    await tocsin.getByText('Accepted', { exact: true }).first().waitFor()
    await picture(tocsin, '21-alert-accepted')
    await fourme.getByLabel('Solution').fill('The till was restarted.')
    await fourme.getByRole('button', { name: 'Complete' }).click()
    await tocsin.getByText('Resolved', { exact: true }).first().waitFor()
    await picture(tocsin, '22-alert-resolved')
    const story = await tocsin.getByRole('main').textContent()
    for (const word of [/olga@example\.com/, /accepted/i, /completed/i]) expect(story).toMatch(word)
  })

  it('accepts and resolves in Tocsin too', async () => {
    await fourme.goto(`${started.sandboxUrl}/problems`)
    await fourme.getByRole('link', { name: 'New problem' }).click()
    await fourme.getByLabel('Subject').fill('The mail queue grows')
    await fourme.getByLabel('Impact').selectOption('high')
    await fourme.getByRole('button', { name: 'Save' }).click()
    await tocsin.getByRole('link', { name: 'Alerts' }).first().click()
    await tocsin.getByRole('link', { name: 'The mail queue grows' }).click()
    await tocsin.getByRole('button', { name: 'Accept' }).click()
    await tocsin.getByText('Accepted', { exact: true }).first().waitFor()
    await tocsin.getByRole('button', { name: 'Resolve' }).click()
    await tocsin.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click()
    await tocsin.getByText('Resolved', { exact: true }).first().waitFor()
  })

  it.each([
    ['light', { width: 1280, height: 860 }],
    ['dark', { width: 1280, height: 860 }],
    ['light', { width: 390, height: 844 }],
    ['dark', { width: 390, height: 844 }],
  ] as const)('reads well in %s at %o', async (colorScheme, viewport) => {
    const look = await browser.newContext({ colorScheme, viewport, storageState: await context.storageState() })
    const { page } = await openPage(look)
    for (const path of PAGES) {
      await page.goto(`${started.tocsinUrl}${path}`)
      await page.getByRole('heading').first().waitFor()
      await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0)
      await picture(page, `look-${colorScheme}-${viewport.width}${path.replaceAll('/', '-')}`)
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
      expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0)
      expect(await accessibilityFaults(page), path).toEqual([])
    }
    await look.close()
  })

  it('told no error on the way', () => {
    // A browser tells of the first look, before the owner signed in.
    const unexpected = told.flat().filter((text) => !/401 .*\/api\/session\)/.test(text))
    expect(unexpected).toEqual([])
  })
})

async function next(): Promise<void> {
  await tocsin.getByRole('button', { name: /^(next|continue|continue setup)$/i }).click()
}
