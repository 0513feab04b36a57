import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Alert } from '../../server/alerts/schema.ts'
import { accessibilityFaults, launchBrowser, openPage, picture } from '../support/browser.ts'
import { JsonClient } from '../support/json-client.ts'
import { npmStart, type Started } from '../support/npm-start.ts'

const KEY = 'an-administrators-key-for-the-story-of-verbs-1'
const owner = {
  firstName: 'Olga',
  lastName: 'Owner',
  email: 'olga@example.com',
  password: 'correct horse battery staple',
}
const SUMMARIES = ['Disk almost full', 'Mail queue grows', 'Login is slow', 'Backup is old', 'Memory almost full']

let started: Started
let browser: Browser
let context: BrowserContext
let page: Page
let api: JsonClient
let troubles: string[] = []

beforeAll(async () => {
  started = await npmStart({ TOCSIN_ADMIN_API_KEY: KEY })
  api = new JsonClient(started.tocsinUrl, { authorization: `Bearer ${KEY}` })
  const token = new URL(started.signInUrl).hash.slice(1)
  await new JsonClient(started.tocsinUrl).post('/api/welcome', { token, ...owner })
  await furnish()
  browser = await launchBrowser()
  context = await browser.newContext({ viewport: { width: 1280, height: 860 } })
  const opened = await openPage(context)
  page = opened.page
  troubles = opened.troubles
  await page.goto(`${started.tocsinUrl}/sign-in`)
  await page.getByLabel('E-mail').fill(owner.email)
  await page.getByLabel('Password', { exact: true }).fill(owner.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('list', { name: 'Alerts' }).waitFor()
  // Before somebody is signed in, asking who it is answers 401.
  troubles.length = 0
})
afterAll(async () => {
  await browser?.close()
  await started?.stop()
})

/** Two policies, two sources, and five alerts, the first one the oldest. */
async function furnish(): Promise<void> {
  const person = (firstName: string) =>
    api.post<{ id: number }>('/api/users', {
      firstName,
      lastName: 'Berg',
      email: `${firstName.toLowerCase()}@example.com`,
      role: 'RESPONDER',
    })
  const [ann, ben, dana] = [await person('Ann'), await person('Ben'), await person('Dana')]
  const policy = (name: string, people: { id: number }[]) =>
    api.post<{ id: number }>('/api/escalation-policies', {
      name,
      escalationRules: people.map(({ id }) => ({ escalationTimeout: 30, users: [{ id }] })),
    })
  const operations = await policy('Operations', [ann, ben])
  await policy('Network', [dana])
  const source = (name: string, integrationType: string) =>
    api.post<{ integrationKey: string }>('/api/alert-sources', {
      name,
      integrationType,
      escalationPolicy: { id: operations.id },
    })
  const { integrationKey } = await source('Monitoring', 'API')
  await source('Night jobs', 'HEARTBEAT2')
  for (const summary of SUMMARIES) {
    await new JsonClient(started.tocsinUrl).post('/api/events', {
      integrationKey,
      eventType: 'ALERT',
      summary,
      alertKey: summary,
      details: 'Look at **the runbook** first.\nThen <b>call</b>.',
    })
  }
}

const rowOf = (summary: string) => page.getByRole('listitem').filter({ hasText: summary })
const stateOf = async (summary: string) =>
  (await api.get<Alert[]>('/api/alerts?view=all')).find((alert) => alert.summary === summary)
const openAlert = async (summary: string) => {
  await page.goto(`${started.tocsinUrl}/alerts?view=all&query=${encodeURIComponent(summary)}`)
  await page.getByRole('link', { name: summary, exact: true }).click()
  await page.getByRole('heading', { name: summary, level: 1 }).waitFor()
}
const choose = async (verb: string) => {
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: verb }).click()
}

describe('many alerts, by keyboard and all at once', () => {
  it('are walked with j and k, chosen with x and accepted together', async () => {
    for (const summary of SUMMARIES) await rowOf(summary).waitFor()
    for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key)
    const bar = page.getByRole('region', { name: 'Chosen alerts' })
    await bar.getByText('2 chosen').waitFor()
    await picture(page, 'verbs-01-bulk')
    await bar.getByRole('button', { name: 'Accept' }).click()
    await page.getByText('2 alerts accepted.').waitFor()
    await expect.poll(async () => (await stateOf('Memory almost full'))?.status).toBe('ACCEPTED')
    // By mistake: it is taken back from where it was told.
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('2 alerts not accepted any more.').waitFor()
    await expect.poll(async () => (await stateOf('Memory almost full'))?.status).toBe('PENDING')
    for (const summary of ['Memory almost full', 'Backup is old']) {
      await page.getByRole('checkbox', { name: `Choose ${summary}` }).check()
    }
    await bar.getByRole('button', { name: 'Accept' }).click()
    await expect.poll(async () => (await stateOf('Memory almost full'))?.status).toBe('ACCEPTED')
    await expect.poll(async () => (await stateOf('Backup is old'))?.status).toBe('ACCEPTED')
    await expect.poll(() => bar.count()).toBe(0)
  })

  it('show what a payload says as text, in the list and on the page', async () => {
    const hostile = `<img src=x onerror="document.title='owned'"> [click](javascript:alert(1)) <script>1</script>`
    const source = (await api.get<{ name: string; integrationKey: string }[]>('/api/alert-sources')).find(
      (one) => one.name === 'Monitoring',
    )
    await new JsonClient(started.tocsinUrl).post('/api/events', {
      integrationKey: source?.integrationKey,
      eventType: 'ALERT',
      priority: 'LOW',
      alertKey: 'hostile',
      summary: hostile,
      details: `${hostile}\n\n[a](javascript:alert(1)) ![b](javascript:alert(2))\n\n<iframe src="https://evil.example"></iframe>`,
      labels: { team: hostile },
    })
    await rowOf(hostile).waitFor()
    const made = () => page.locator('main :is(script, iframe, img[src="x"], a[href^="javascript" i])').count()
    expect(await made()).toBe(0)
    await page.getByRole('link', { name: hostile, exact: true }).click()
    await page.getByRole('heading', { name: hostile, level: 1 }).waitFor()
    await page.getByText('<iframe src="https://evil.example"></iframe>').first().waitFor()
    expect(await made()).toBe(0)
    expect(await page.title()).not.toBe('owned')
    await page.getByRole('button', { name: 'Resolve', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click()
    await page.getByText('Resolved.').waitFor()
    await page.goBack()
  })

  it('are resolved together, with one last word', async () => {
    for (const summary of ['Memory almost full', 'Backup is old']) {
      await page.getByRole('checkbox', { name: `Choose ${summary}` }).check()
    }
    await page.getByRole('region', { name: 'Chosen alerts' }).getByRole('button', { name: 'Resolve' }).click()
    await page.getByRole('dialog').getByLabel('Comment').fill('A test of the alarm.')
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click()
    await page.getByText('2 alerts resolved.').waitFor()
    await expect.poll(async () => (await stateOf('Backup is old'))?.status).toBe('RESOLVED')
    await rowOf('Backup is old').waitFor({ state: 'detached' })
  })

  it('are narrowed by the address, and the view is kept', async () => {
    await page.getByLabel('Priority', { exact: true }).selectOption('HIGH')
    await page.getByLabel('Time', { exact: true }).selectOption('24h')
    expect(new URL(page.url()).search).toBe('?priority=HIGH&since=24h')
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('menuitem', { name: 'Save this view' }).click()
    await page.getByLabel('Name').fill('Today, loud')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    // Leaving at once would take the request back.
    await page.getByText('Today, loud was saved.').waitFor()
    await page.goto(`${started.tocsinUrl}/alerts?view=all`)
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('menuitem', { name: 'Today, loud' }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('?priority=HIGH&since=24h')
    await rowOf('Disk almost full').waitFor()
  })
})

describe('one alert', () => {
  it('shows its details as text with marks, never as HTML, and takes a comment', async () => {
    await openAlert('Disk almost full')
    await page.getByText('the runbook', { exact: true }).waitFor()
    await page.getByText('Then <b>call</b>.').first().waitFor()
    await page.getByLabel('Write a comment').fill('I look into **it**.')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('list', { name: 'Comments' }).getByText('I look into it.').waitFor()
    await page.getByRole('list', { name: 'Timeline' }).getByText('Olga Owner: I look into').waitFor()
  })

  it('is escalated to a level, and the panel says who is asked now', async () => {
    await choose('Escalate…')
    await picture(page, 'verbs-02-escalate')
    await page.getByRole('dialog').getByText('Ben Berg').click()
    await page.getByRole('button', { name: 'Ask level 2 now' }).click()
    await page.getByText('Level 2 is asked now.').waitFor()
    await page
      .getByRole('list', { name: 'Timeline' })
      .getByText(/Escalated to level 2 of Operations by Olga/)
      .waitFor()
    await expect
      .poll(async () => (await stateOf('Disk almost full'))?.escalation?.asked.at(-1)?.user.firstName, {
        timeout: 15_000,
      })
      .toBe('Ben')
  })

  it('is rerouted, assigned, and somebody is asked to help and taken off again', async () => {
    await choose('Reroute to a policy…')
    await page.getByLabel('Escalation policy').selectOption({ label: 'Network' })
    await page.getByRole('button', { name: 'Reroute', exact: true }).click()
    await page.getByText('Network is asked now.').waitFor()
    await choose('Assign to a person…')
    await page.getByLabel('Person', { exact: true }).selectOption({ label: 'Ann Berg' })
    await page.getByRole('button', { name: 'Assign', exact: true }).click()
    await page.getByText('Assigned to Ann Berg.').waitFor()
    await choose('Ask somebody to help…')
    await page.getByRole('combobox', { name: 'People' }).fill('olga')
    await page.getByRole('option', { name: /Olga Owner/ }).click()
    await page.getByRole('heading', { name: 'Ask somebody to help' }).click()
    await page.getByRole('button', { name: 'Ask now' }).click()
    const responders = page.getByRole('list', { name: 'Responders' })
    await responders.getByText('Olga Owner').waitFor()
    await picture(page, 'verbs-03-responders')
    await responders.getByRole('button', { name: 'Take Olga Owner off' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Take off' }).click()
    await responders.getByText('Olga Owner').waitFor({ state: 'detached' })
  })

  it('takes another in, lets it out, and is linked', async () => {
    await choose('Merge others into it…')
    await page.getByRole('dialog').getByText('Mail queue grows').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).click()
    const merged = page.getByRole('list', { name: 'Merged alerts' })
    await merged.getByRole('link', { name: 'Mail queue grows' }).waitFor()
    await merged.getByRole('button', { name: /Take alert \d+ out/ }).click()
    await merged.waitFor({ state: 'detached' })
    await choose('Link with another…')
    await page.getByRole('dialog').getByText('Login is slow').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Link' }).click()
    await page.getByRole('list', { name: 'Linked alerts' }).getByRole('link', { name: 'Login is slow' }).waitFor()
    await choose('Follow')
    await page.getByText('Followed by Olga Owner.').waitFor()
  })

  it('tells on its own page who changed it', async () => {
    await page.getByRole('link', { name: 'Changes' }).click()
    const changes = page.getByRole('list', { name: 'Changes' })
    for (const words of ['rerouted it to another policy', 'merged others into it', 'wrote a comment']) {
      await changes.getByText(`Olga Owner ${words}`).first().waitFor()
    }
    await picture(page, 'verbs-04-changes')
  })

  it('is made by hand', async () => {
    await page.goto(`${started.tocsinUrl}/alerts`)
    await page.getByRole('list', { name: 'Alerts' }).waitFor()
    await page.keyboard.press('c')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('What is wrong').fill('The lift is stuck')
    await dialog.getByRole('button', { name: 'Create alert' }).click()
    await dialog.getByText(/Say who is asked/).waitFor()
    // The browser calls the refusal that was just shown a trouble too.
    troubles.push(...troubles.splice(0).filter((one) => !one.includes('400 (Bad Request)')))
    await dialog.getByLabel('Escalation policy').selectOption({ label: 'Network' })
    await dialog.getByRole('button', { name: 'Create alert' }).click()
    await page.getByRole('heading', { name: 'The lift is stuck', level: 1 }).waitFor()
    await expect
      .poll(async () => (await stateOf('The lift is stuck'))?.responders[0]?.user.firstName, { timeout: 15_000 })
      .toBe('Dana')
  })
})

describe('silence, wanted and not', () => {
  it('a source goes into maintenance at once, and comes out of it', async () => {
    await page.goto(`${started.tocsinUrl}/alert-sources/1`)
    await page.getByRole('button', { name: 'Immediate maintenance' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Begin maintenance' }).click()
    await page.getByText(/In maintenance until/).waitFor()
    await page.goto(`${started.tocsinUrl}/maintenance`)
    await page.getByRole('link', { name: 'Immediate maintenance of Monitoring' }).click()
    await page.getByRole('button', { name: 'End now' }).click()
    await page.getByText('Maintenance is over. Alerts ring again.').waitFor()
    await picture(page, 'verbs-05-maintenance')
  })

  it('a heartbeat monitor gets its address, and hears a call', async () => {
    await page.goto(`${started.tocsinUrl}/heartbeats/new`)
    await page.getByLabel('Name').fill('Nightly backup')
    await page.getByRole('button', { name: 'Add monitor' }).click()
    await page.getByRole('heading', { name: 'Nightly backup', level: 1 }).waitFor()
    const address = await page.getByLabel('Call this').inputValue()
    expect((await fetch(address)).status).toBe(202)
    await page.getByText('In time').waitFor()
    await picture(page, 'verbs-06-heartbeat')
  })

  it('has no fault a machine can find, by day, by night and on a phone', async () => {
    const addresses = ['/alerts', '/alerts/1', '/alerts/1/changes', '/maintenance', '/maintenance/1', '/heartbeats/1']
    const looks = [
      { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
      { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
    ] as const
    for (const look of looks) {
      await page.setViewportSize(look.viewport)
      await page.emulateMedia({ colorScheme: look.colorScheme })
      for (const address of addresses) {
        await page.goto(started.tocsinUrl + address)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await page.waitForLoadState('networkidle').catch(() => {})
        expect(await accessibilityFaults(page), address).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.viewport.width)
      }
    }
    expect(troubles).toEqual([])
  })
})
