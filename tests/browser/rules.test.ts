import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, everyLook, launchBrowser, openPage, picture } from '../support/browser.ts'
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

describe('templates, filter, log and replay', () => {
  let sourceUrl = ''
  let eventUrl = ''

  it('the wizard writes a first template, tried on an example', async () => {
    await tocsin.goto(started.signInUrl)
    await tocsin.getByLabel('First name').fill('Olga')
    await tocsin.getByLabel('Last name').fill('Owner')
    await tocsin.getByLabel('E-mail').fill('olga@example.com')
    await tocsin.getByLabel('Password', { exact: true }).fill('correct horse battery staple')
    await tocsin.locator('button[type=submit]').click()
    await tocsin.getByRole('link', { name: 'Alert sources' }).first().waitFor()
    await tocsin.goto(`${started.tocsinUrl}/alert-sources/new`)
    await tocsin.getByText('API', { exact: true }).first().click()
    await tocsin.getByRole('button', { name: 'Next' }).click()
    await tocsin.getByLabel('Name', { exact: true }).fill('Monitoring')
    await tocsin.getByRole('button', { name: 'Next' }).click()
    await tocsin.getByText('Generate a new escalation policy').click()
    await tocsin.getByRole('button', { name: 'Next' }).click()
    await tocsin.getByRole('button', { name: 'Continue setup' }).click()
    await tocsin.getByRole('switch', { name: /Write templates/ }).click()
    await tocsin.getByLabel('Summary').fill('On {{ labels.host }}: {{ summary')
    await tocsin.getByText(/This \{\{ has no \}\}/).waitFor()
    await tocsin.getByLabel('Summary').fill('On {{ labels.host }}: {{ summary }}')
    await tocsin.getByText('On db-1: Disk of db-1 is full').waitFor()
    await isAccessible()
    await everyLook(tocsin, 'wizard-templates')
    await tocsin.getByRole('button', { name: 'Finish setup' }).click()
    await tocsin.waitForURL(/ready/)
    sourceUrl = tocsin.url().replace('/ready', '')
    eventUrl = await tocsin.evaluate(
      "fetch('/api/alert-sources').then((answer) => answer.json()).then((all) => all.find((one) => one.name === 'Monitoring').integrationUrl)",
    )
    for (const [host, used] of [
      ['db-1', 97],
      ['db-2', 91],
    ]) {
      const body = {
        eventType: 'ALERT',
        summary: 'Disk full',
        alertKey: `${host}`,
        labels: { host },
        customDetails: { host, used, 'team name': 'Databases' },
      }
      await fetch(eventUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    }
  })

  it('the editor offers fields of past deliveries, tells what is wrong as one types, and previews', async () => {
    await tocsin.goto(`${sourceUrl}/rules`)
    const summary = tocsin.getByRole('textbox', { name: 'Summary' })
    await tocsin.getByText('On db-2: Disk full').waitFor()
    await summary.click()
    await summary.press('Control+End')
    await summary.pressSequentially(' {{ team')
    await tocsin.getByRole('option', { name: /customDetails\.team/ }).waitFor()
    await picture(tocsin, 'editor-completion')
    await summary.press('Enter')
    await summary.pressSequentially('.upp')
    await tocsin.getByRole('option', { name: /upperCase/ }).waitFor()
    await summary.press('Tab')
    await summary.pressSequentially(' }}')
    await tocsin.getByText('On db-2: Disk full DATABASES').waitFor()
    await tocsin.getByRole('textbox', { name: 'Only events that match' }).fill('event.customDetails.used >= 9 5')
    await tocsin.getByText(/At 31: Expected and, or/).waitFor()
    await tocsin.getByRole('textbox', { name: 'Only events that match' }).fill('event.customDetails.used >= 95')
    await tocsin.getByText('The event filter keeps it out.').waitFor()
    // The same as forms, and back; what the forms cannot say stays a text.
    await tocsin.getByRole('button', { name: 'Put it together with forms' }).first().click()
    const filter = tocsin.getByRole('group', { name: 'Only events that match' })
    await filter.getByRole('combobox', { name: 'What is looked at, 1.1' }).waitFor()
    expect(await filter.getByRole('combobox', { name: 'How, 1.1' }).inputValue()).toBe('>=')
    await filter.getByRole('textbox', { name: 'Value, 1.1' }).fill('90')
    await tocsin.getByText('On db-2: Disk full DATABASES').waitFor()
    await filter.getByRole('button', { name: 'Or', exact: true }).click()
    await filter.getByRole('combobox', { name: 'What is looked at, 2.1' }).selectOption('event.customDetails.host')
    await filter.getByRole('combobox', { name: 'How, 2.1' }).selectOption('starts_with')
    await filter.getByRole('textbox', { name: 'Value, 2.1' }).fill('db-')
    await filter.getByRole('group', { name: 'Group 2' }).getByRole('button', { name: 'And', exact: true }).click()
    await filter.getByRole('combobox', { name: 'What is looked at, 2.2' }).selectOption('count')
    await isAccessible()
    await everyLook(tocsin, 'condition-groups')
    await filter.getByRole('button', { name: 'Remove line 2.2' }).click()
    await tocsin.getByRole('button', { name: 'Write it as text' }).click()
    const typed = tocsin.getByRole('textbox', { name: 'Only events that match' })
    expect(await typed.inputValue()).toBe(
      "event.customDetails.used >= 90 or event.customDetails.host starts_with 'db-'",
    )
    await typed.fill('not event.customDetails.used >= 96')
    await tocsin.getByText('This says more than the forms can').waitFor()
    await typed.fill('event.customDetails.used >= 95')
    await tocsin.getByText('The event filter keeps it out.').waitFor()
    await tocsin.getByRole('textbox', { name: 'Value that decides the priority' }).fill('{{ customDetails.host }}')
    await tocsin.getByRole('button', { name: 'Add line' }).click()
    await tocsin.getByLabel('Value 1').fill('db-1')
    await tocsin.getByRole('combobox', { name: 'Priority 1' }).selectOption('LOW')
    await tocsin.getByRole('button', { name: 'Add link' }).click()
    await tocsin.getByRole('textbox', { name: 'Text of link 1' }).fill('Runbook')
    await tocsin.getByRole('textbox', { name: 'Address of link 1' }).fill('https://wiki.example.com/{{ labels.host }}')
    await tocsin.getByLabel('Try on').selectOption({ index: 2 })
    await tocsin.getByText('On db-1: Disk full DATABASES').waitFor()
    await isAccessible()
    await everyLook(tocsin, 'editor')
    await tocsin.getByRole('button', { name: 'Save' }).click()
    await tocsin.getByText('Saved. What arrives from now on').waitFor()
  })

  it('a delivery is tried again, shows the difference, and is replayed for real', async () => {
    await tocsin.goto(`${sourceUrl}/deliveries?query=db-1`)
    await tocsin.getByLabel('Period').selectOption('day')
    await tocsin.getByRole('list', { name: 'Deliveries' }).getByRole('link').first().click()
    await tocsin.getByRole('button', { name: 'Try it' }).click()
    await tocsin.getByRole('list', { name: 'Differences' }).getByText('On db-1: Disk full DATABASES').waitFor()
    await isAccessible()
    await everyLook(tocsin, 'replay')
    await tocsin.getByRole('button', { name: 'Replay for real' }).click()
    await tocsin.getByRole('button', { name: 'Replay', exact: true }).click()
    await tocsin.getByText('an earlier delivery').waitFor()
    await picture(tocsin, 'replayed')
    // Before the sign-in nobody is signed in, and the browser says so.
    expect(troubles.filter((trouble) => !/401.*\/api\/session/.test(trouble))).toEqual([])
  })
})
