import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, everyLook, launchBrowser, openPage } from '../support/browser.ts'
import { npmStart, type Started } from '../support/npm-start.ts'

let started: Started
let browser: Browser
let context: BrowserContext
let tocsin: Page
let troubles: string[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  started = await npmStart()
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  ;({ page: tocsin, troubles } = await openPage(context))
})

afterAll(async () => {
  await browser?.close()
  await started?.stop()
})

async function isAccessible(): Promise<void> {
  expect(await accessibilityFaults(tocsin)).toEqual([])
}

/** Calls the API as who is signed in. */
async function api<T>(method: string, path: string, body: unknown): Promise<T> {
  const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const session = await (await fetch(`${started.tocsinUrl}/api/session`, { headers: { cookie: cookies } })).json()
  const answer = await fetch(`${started.tocsinUrl}/api${path}`, {
    method,
    headers: {
      cookie: cookies,
      origin: started.tocsinUrl,
      'content-type': 'application/json',
      'x-csrf-token': (session as { csrfToken: string }).csrfToken,
    },
    body: JSON.stringify(body),
  })
  return (await answer.json()) as T
}

const inbox = (path: string, body: unknown) =>
  fetch(`${started.inboxUrl}${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

describe('alert actions', () => {
  let eventUrl = ''
  const raise = (alertKey: string, summary: string) =>
    fetch(eventUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ eventType: 'ALERT', alertKey, summary }),
    })

  it('begin with nothing, and a source to tell of', async () => {
    await tocsin.goto(started.signInUrl)
    await tocsin.getByLabel('First name').fill('Olga')
    await tocsin.getByLabel('Last name').fill('Owner')
    await tocsin.getByLabel('E-mail').fill('olga@example.com')
    await tocsin.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
    await tocsin.locator('button[type=submit]').click()
    await tocsin.getByRole('link', { name: 'Alert actions' }).first().waitFor()
    const [policy] = (await (await context.request.get(`${started.tocsinUrl}/api/escalation-policies`)).json()) as {
      id: number
    }[]
    const source = await api<{ integrationUrl: string }>('POST', '/alert-sources', {
      name: 'Monitoring',
      integrationType: 'API',
      escalationPolicy: { id: policy?.id },
    })
    eventUrl = source.integrationUrl
    expect((await raise('db-1', 'Disk of db-1 is full')).status).toBeLessThan(300)
    await tocsin.getByRole('link', { name: 'Alert actions' }).first().click()
    await tocsin.getByText('No alert actions').waitFor()
    await isAccessible()
    await everyLook(tocsin, 'alert-actions-empty')
  })

  it('an editor says at once what is wrong and what would be sent', async () => {
    await tocsin.getByRole('link', { name: 'New alert action' }).click()
    await tocsin.getByLabel('Name', { exact: true }).fill('Team room')
    await tocsin.getByLabel('Kind').selectOption({ label: 'Mattermost' })
    await tocsin.getByLabel('Title').fill('{{ alertSummary')
    await tocsin
      .getByText(/This \{\{ has no \}\}/)
      .first()
      .waitFor()
    await tocsin.getByLabel('Title').fill('Look: {{ alertSummary }}')
    await tocsin.getByText('Look: Disk of web-1 is full').waitFor()
    await tocsin.getByLabel('Condition').fill("alert.summary contains 'printer'")
    await tocsin.getByText('The condition does not hold for this alert').waitFor()
    await tocsin.getByLabel('Condition').fill("alert.priority == 'HIGH'")
    await tocsin.getByLabel('Try on').selectOption({ label: '1 · Disk of db-1 is full' })
    await tocsin.getByText('Look: Disk of db-1 is full').waitFor()
    await tocsin.getByRole('button', { name: 'Add alert action' }).click()
    await tocsin.getByText('Choose at least one alert source').waitFor()
    await tocsin.getByRole('combobox', { name: 'Alert sources' }).fill('Moni')
    await tocsin.getByRole('option', { name: 'Monitoring' }).click()
    await tocsin.keyboard.press('Escape')
    await tocsin.getByLabel('Webhook address').fill(`${started.inboxUrl}/hooks/mattermost/room`)
    await isAccessible()
    await everyLook(tocsin, 'alert-actions-editor')
    await tocsin.getByRole('button', { name: 'Add alert action' }).click()
    await tocsin.getByRole('heading', { name: 'Team room' }).waitFor()
    expect(await tocsin.getByLabel('Webhook address').inputValue()).toBe('')
  })

  it('a message that fails is in the log with its next try, goes out when somebody presses, and can be sent again', async () => {
    await inbox('/api/phone-faults', { provider: 'hooks', mode: '5xx' })
    await raise('db-2', 'Disk of db-2 is full')
    await tocsin.getByRole('link', { name: 'Delivery log', exact: true }).last().click()
    await tocsin.locator('[data-run=SCHEDULED]').getByText('HTTP 503').waitFor()
    await isAccessible()
    await everyLook(tocsin, 'alert-actions-log-waiting')
    await inbox('/api/phone-faults', { provider: 'hooks', mode: 'none' })
    await tocsin.getByRole('button', { name: 'Retry now' }).first().click()
    await tocsin.locator('[data-run=SENT]').first().waitFor()
    await tocsin.getByRole('button', { name: 'Send again' }).first().click()
    await tocsin.getByText('sent once more', { exact: true }).waitFor()
    await tocsin.getByRole('button', { name: 'Show message' }).first().click()
    await tocsin.getByText('Look: Disk of db-2 is full').first().waitFor()
    await everyLook(tocsin, 'alert-actions-log')
    await tocsin
      .getByRole('link', { name: /Disk of db-2/ })
      .first()
      .click()
    await tocsin.getByRole('list', { name: 'Messages of alert actions' }).getByText('Team room').first().waitFor()
    await tocsin.getByText('Team room: sent to Mattermost.').first().waitFor()
  })

  it('a webhook shows its signing key once; by hand it is a button on the alert', async () => {
    await tocsin.goto(`${started.tocsinUrl}/alert-actions/new`)
    await tocsin.getByLabel('Name', { exact: true }).fill('Open a ticket')
    await tocsin.getByLabel('Kind').selectOption({ label: 'Webhook' })
    await tocsin.getByLabel('Address', { exact: true }).fill(`${started.inboxUrl}/hooks/webhook/desk`)
    await tocsin.getByLabel('Headers').fill('X-Desk: 7')
    await tocsin.getByRole('combobox', { name: 'Alert sources' }).fill('Moni')
    await tocsin.getByRole('option', { name: 'Monitoring' }).click()
    await tocsin.keyboard.press('Escape')
    await tocsin.getByRole('radio', { name: 'By hand' }).check()
    await tocsin.getByRole('button', { name: 'Add alert action' }).click()
    await tocsin
      .getByRole('dialog')
      .getByText(/^whsec_/)
      .or(tocsin.locator('input[value^=whsec_]'))
      .first()
      .waitFor()
    await everyLook(tocsin, 'alert-actions-signing-key')
    await tocsin.keyboard.press('Escape')
    await tocsin.getByRole('link', { name: 'Alert actions' }).first().click()
    await tocsin.getByText('By hand').waitFor()
    await isAccessible()
    await everyLook(tocsin, 'alert-actions-list')
    await tocsin.goto(`${started.tocsinUrl}/alerts/1`)
    await tocsin.getByRole('button', { name: 'Open a ticket' }).click()
    const sent = tocsin.getByRole('list', { name: 'Messages of alert actions' }).locator('[data-run=SENT]')
    await sent.getByText('Open a ticket').waitFor()
    await isAccessible()
    await everyLook(tocsin, 'alert-actions-alert')
  })

  it('a connector is shared, and is not deleted while it is in use', async () => {
    await tocsin.goto(`${started.tocsinUrl}/alert-actions?view=connectors`)
    await tocsin.getByText('No connectors').waitFor()
    await tocsin.getByRole('button', { name: 'New connector' }).click()
    await tocsin.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Room of the night')
    await tocsin.getByRole('dialog').getByLabel('Kind').selectOption({ label: 'Mattermost' })
    await tocsin.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Room of the night')
    await tocsin.getByRole('dialog').getByLabel('Webhook address').fill(`${started.inboxUrl}/hooks/mattermost/night`)
    await everyLook(tocsin, 'alert-actions-connector')
    await tocsin.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await tocsin.getByText('used by 0 actions').waitFor()
    await isAccessible()
    await everyLook(tocsin, 'alert-actions-connectors')
    await tocsin.goto(`${started.tocsinUrl}/alert-actions/new`)
    await tocsin.getByLabel('Kind').selectOption({ label: 'Mattermost' })
    await tocsin.getByLabel('Address from').selectOption({ index: 1 })
    await expect.poll(() => tocsin.getByLabel('Webhook address').count()).toBe(0)
    // Not signed in at first; and what the editor was told is wrong.
    const expected = /401.*\/api\/session|400.*\/api\/alert-actions/
    expect(troubles.filter((trouble) => !expected.test(trouble))).toEqual([])
  })
})
