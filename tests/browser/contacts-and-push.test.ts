import type { Browser, CDPSession } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser, openPage, picture } from '../support/browser.ts'
import { addContact, phone, setRules } from '../support/phone.ts'
import { addSource } from '../support/seven-steps.ts'
import { openWorld, type World } from '../support/world.ts'

let browser: Browser
let world: World
beforeAll(async () => {
  browser = await launchBrowser()
  world = await openWorld()
})
afterAll(async () => {
  await browser?.close()
  await world?.close()
})

const PATIENCE = { timeout: 10_000 }
const OWNER = {
  firstName: 'Olga',
  lastName: 'Owner',
  email: 'olga@example.com',
  password: 'correct horse battery staple',
}

/** The registration of the app's service worker, as DevTools knows it. */
async function registrationOf(session: CDPSession, register: () => Promise<unknown>): Promise<string> {
  const found = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations
      if (first) resolve(first.registrationId)
    })
  })
  await session.send('ServiceWorker.enable')
  await register()
  return found
}

it('a push shows a notification in a real service worker, and its button accepts the alert', async () => {
  const { source, people } = await addSource(world, { integrationType: 'API' })
  const [pia] = people
  if (!pia) throw new Error('Nobody is there.')
  const subscription = await world.inbox.post('/api/phone-browsers')
  await addContact(world, pia.id, 'push-devices', { target: JSON.stringify(subscription), label: 'Chromium' })
  await setRules(world, pia.id, 'HIGH_PRIORITY', [{ method: 'PUSH', contact: null }])
  await world.outside.post('/api/events', {
    integrationKey: source.integrationKey,
    eventType: 'ALERT',
    summary: 'Disk',
  })
  await world.settle()
  // As the push service got it, decrypted with the keys of the subscription.
  const [push] = await phone(world, { app: 'Browser' })

  const context = await browser.newContext()
  await context.grantPermissions(['notifications'], { origin: world.url })
  const { page, troubles } = await openPage(context)
  await page.goto(`${world.url}/sign-in`)
  const session = await context.newCDPSession(page)
  const registrationId = await registrationOf(session, () =>
    page.evaluate(
      // Ready is not yet activated, and a worker that is not would miss the push.
      `navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(({ active }) =>
        new Promise((resolve) => {
          const look = () => active.state === 'activated' && resolve(null)
          active.addEventListener('statechange', look)
          look()
        }))`,
    ),
  )
  await session.send('ServiceWorker.deliverPushMessage', {
    origin: world.url,
    registrationId,
    data: push?.body ?? '',
  })
  const shown = () =>
    page.evaluate(
      'navigator.serviceWorker.ready.then(async (one) => (await one.getNotifications()).map(({ title }) => title))',
    )
  await expect.poll(shown, PATIENCE).toEqual([push?.title])

  const [worker] = context.serviceWorkers()
  await worker?.evaluate(async () => {
    const scope = globalThis as unknown as {
      registration: { getNotifications(): Promise<object[]> }
      dispatchEvent(event: object): void
      NotificationEvent: new (type: string, options: object) => object
    }
    const [notification] = await scope.registration.getNotifications()
    scope.dispatchEvent(new scope.NotificationEvent('notificationclick', { notification, action: 'accept' }))
  })
  await expect
    .poll(() => world.api.get('/api/alerts/1'), PATIENCE)
    .toMatchObject({
      status: 'ACCEPTED',
      acknowledgedBy: { email: 'pia@example.com' },
    })
  await expect.poll(shown, PATIENCE).toEqual(['You accepted it'])
  expect(troubles.filter((one) => !one.includes('401'))).toEqual([])
  await context.close()
})

it('a person sees their contacts, chooses it for a rule, and sees how a test went', async () => {
  const context = await browser.newContext()
  const { page } = await openPage(context)
  await page.goto(world.signInUrl)
  await page.getByLabel('First name').fill(OWNER.firstName)
  await page.getByLabel('Last name').fill(OWNER.lastName)
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL(/alerts/)
  const olga = await world.api.post<{ id: number }>('/api/users/search-email', { email: OWNER.email })
  await world.api.put('/api/channels/NTFY', { settings: { url: `${world.inboxUrl}/ntfy` } })
  await addContact(world, olga.id, 'ntfy', { target: 'tocsin-olga' })
  await page.goto(`${world.url}/profile`)
  const row = page.locator('[data-contact=ntfy]')
  await expect.poll(() => row.textContent(), PATIENCE).toContain('tocsin-olga')
  const high = page.getByRole('region', { name: 'High priority' })
  await high.getByRole('button', { name: 'Add rule' }).click()
  await page.getByLabel('Way for High priority').selectOption({ label: 'ntfy · tocsin-olga' })
  await high.getByRole('button', { name: 'Add', exact: true }).click()
  await expect.poll(() => high.textContent(), PATIENCE).toContain('At once by ntfy tocsin-olga')
  await picture(page, 'profile')
  await world.inbox.put('/api/phone-faults', { provider: 'ntfy', mode: 'bounce', remaining: 1 })
  await row.getByRole('button', { name: 'Test' }).click()
  await expect
    .poll(() => world.db.selectFrom('notice').select('id').where('kind', '=', 'TEST').execute(), PATIENCE)
    .toHaveLength(1)
  await world.settle()
  await expect.poll(() => row.textContent(), PATIENCE).toMatch(/refuses the message \(404\)/)
  await page.goto(`${world.url}/channels`)
  await expect.poll(() => page.locator('[data-channel=NTFY]').textContent(), PATIENCE).toContain('Ready')
  await context.close()
})
