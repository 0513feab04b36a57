import { expect, it } from 'vitest'
import { worldsOfThisFile } from '../support/each-world.ts'
import { addSource, alertsOf } from '../support/seven-steps.ts'

const open = worldsOfThisFile()

const SUMMARY = '<img src=x onerror=alert(1)> [click](javascript:alert(1)) **{{ summary }}**'
const DETAILS =
  '<script>alert(1)</script>\n<a href="https://evil.example">log in</a>\n[bill](data:text/html,x)\r\nBcc: all@example.com'

it('what a payload says stays text: in the API, the mail and the page that answers', async () => {
  const world = await open()
  const { source } = await addSource(world, { name: '<b>Monitoring</b>', integrationType: 'API' })
  const send = (some: Record<string, unknown>) =>
    world.outside.call<{ errors?: { field: string }[] }>('POST', '/api/events', {
      integrationKey: source.integrationKey,
      eventType: 'ALERT',
      summary: SUMMARY,
      ...some,
    })
  const event = { details: DETAILS, labels: { team: '<i>Ops</i>', service: '"><svg onload=alert(1)>' } }
  expect((await send({ ...event, links: [{ href: 'https://wiki.example/run', text: '<u>Run</u>' }] })).status).toBe(202)
  // An address that is none of the web's is refused, whatever it is for.
  for (const href of ['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd']) {
    expect((await send({ links: [{ href, text: 'x' }] })).body.errors?.[0]?.field).toBe('links.0.href')
    expect((await send({ images: [{ src: href }] })).body.errors?.[0]?.field).toBe('images.0.src')
  }
  await world.settle()

  const [alert] = await alertsOf(world)
  expect(alert).toMatchObject({ summary: SUMMARY, details: DETAILS, labels: event.labels })
  const [mail] = await world.mails()
  expect(mail?.text).toContain('<img src=x onerror=alert(1)>')
  expect(mail?.subject).not.toMatch(/[\r\n]/)
  expect(mail?.to).toEqual(['pia@example.com'])
  const html = mail?.html ?? ''
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(html).not.toMatch(/<(img|script|svg|i|u|b)[\s>]/i)
  const addresses = [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1] ?? '')
  expect(addresses.length).toBeGreaterThan(2)
  for (const address of addresses) expect(address).toMatch(/^https?:\/\/(127\.0\.0\.1:\d+|wiki\.example)\//)

  const link = /https?:\/\/\S+\/answer\/\S+/.exec(mail?.text ?? '')?.[0] ?? ''
  const page = await world.outside.call<string>('GET', new URL(link).pathname + new URL(link).search)
  expect(page.status).toBe(200)
  expect(page.body).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(page.body).not.toMatch(/<(img|script|svg)[\s>]/i)

  // A template and a preview hand it on as it is, and no template within it is worked out.
  const preview = await world.api.post<{ effect: { summary: string } }>('/api/alert-sources/preview', {
    integrationType: 'API',
    summaryTemplate: { textTemplate: 'Got {{ summary }}' },
    body: JSON.stringify({ eventType: 'ALERT', summary: SUMMARY }),
  })
  expect(preview.effect.summary).toBe(`Got ${SUMMARY}`)
})
