import { createTransport, type SendMailOptions } from 'nodemailer'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Bench, openBench, until } from '../test-bench.ts'

const mail: SendMailOptions = {
  from: 'Tocsin <tocsin@example.test>',
  to: 'ellen@example.test',
  subject: 'Mail is down – acme',
  text: 'Please accept: https://tocsin.example.test/accept',
  html: '<p>Please <a href="https://tocsin.example.test/accept">accept</a></p>',
}

/** Sends a mail by a real SMTP conversation; the answer is the server's line or its refusal. */
async function send(bench: Bench, some: SendMailOptions = {}): Promise<string> {
  const transport = createTransport({ url: bench.urls.smtpUrl, socketTimeout: 2_000 })
  onTestFinished(() => transport.close())
  const sent = await transport.sendMail({ ...mail, ...some }).catch((error: Error) => error.message)
  return typeof sent === 'string' ? sent : sent.response
}

const list = async (bench: Bench, query = '') => (await bench.inbox('GET', `/api/messages${query}`)).body
const fault = async (bench: Bench, change: object) =>
  expect((await bench.inbox('PUT', '/api/faults', change)).status).toBe(200)

describe('mails', () => {
  test('a mail that was taken by SMTP is listed as it was sent', async () => {
    const bench = await openBench()
    expect(await send(bench)).toMatch(/^250 /)
    expect(await list(bench)).toEqual([
      {
        id: expect.any(String),
        from: '"Tocsin" <tocsin@example.test>',
        to: ['ellen@example.test'],
        subject: 'Mail is down – acme',
        text: expect.stringContaining('https://tocsin.example.test/accept'),
        html: expect.stringContaining('href="https://tocsin.example.test/accept"'),
        receivedAt: '2026-03-02T09:00:00.000Z',
        headers: expect.objectContaining({ 'message-id': expect.any(String) }),
        rawBytes: expect.any(Number),
      },
    ])
  })

  test('its page keeps its links, opens them apart, and runs nothing', async () => {
    const bench = await openBench()
    await send(bench, { html: `${mail.html}<script>alert(1)</script>` })
    const [{ id }] = await list(bench)
    const { headers, body } = await bench.inbox('GET', `/api/messages/${id}/html`)
    expect(body).toContain('<a href="https://tocsin.example.test/accept">accept</a>')
    expect(body).toContain('<base target="_blank">')
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox allow-popups/)
    expect((await bench.inbox('GET', `/api/messages/${id}/raw`)).body).toMatch(/^Subject: /m)
  })

  test('are found by receiver and by word, a blind copy too', async () => {
    const bench = await openBench()
    await send(bench)
    await send(bench, { to: 'marco@example.test', bcc: 'priya@example.test', subject: 'Disk is full' })
    expect((await list(bench, '?to=PRIYA@example.test')).length).toBe(1)
    expect((await list(bench, '?to=ellen@example.test')).length).toBe(1)
    expect((await list(bench, '?q=disk')).length).toBe(1)
    expect((await list(bench, '?to=nobody@example.test')).length).toBe(0)
  })

  test('stay in order over a restart, although they came in the same millisecond', async () => {
    const bench = await openBench()
    const subjects = ['1', '2', '3', '4', '5']
    for (const subject of subjects) await send(bench, { subject })
    await bench.restart()
    await send(bench, { subject: '6' })
    const listed = (await list(bench)).map((one: { subject: string }) => one.subject)
    expect(listed).toEqual(['6', ...subjects.toReversed()])
    await bench.restart()
    expect((await list(bench)).map((one: { subject: string }) => one.subject)).toEqual(listed)
  })

  test('are deleted one by one or all', async () => {
    const bench = await openBench()
    for (const subject of ['1', '2', '3']) await send(bench, { subject })
    const [{ id }] = await list(bench)
    expect((await bench.inbox('DELETE', `/api/messages/${id}`)).status).toBe(204)
    expect((await bench.inbox('GET', `/api/messages/${id}`)).status).toBe(404)
    expect((await list(bench)).length).toBe(2)
    expect((await bench.inbox('DELETE', '/api/messages')).status).toBe(204)
    expect(await list(bench)).toEqual([])
  })

  test('a page that looks on is told of a mail as it arrives', async () => {
    const bench = await openBench()
    const abort = new AbortController()
    onTestFinished(() => abort.abort())
    const stream = await fetch(`${bench.urls.inboxUrl}/api/live`, { signal: abort.signal })
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    await send(bench)
    let heard = ''
    while (!heard.includes('event: arrived')) heard += (await reader?.read())?.value ?? ''
    expect(heard).toContain('Mail is down')
  })

  test('another web site cannot delete them', async () => {
    const bench = await openBench()
    const { status } = await fetch(`${bench.urls.inboxUrl}/api/messages`, {
      method: 'DELETE',
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(status).toBe(403)
  })
})

describe('faults of the mail server', () => {
  test.each([450, 451, 421])('a temporary refusal with %i, for as many mails as was said', async (code) => {
    const bench = await openBench()
    await fault(bench, { mode: 'temporary', code, remaining: 2 })
    expect(await send(bench)).toContain(`${code} `)
    expect(await send(bench)).toContain(`${code} `)
    expect(await send(bench)).toMatch(/^250 /)
    expect((await list(bench)).length).toBe(1)
    expect((await bench.inbox('GET', '/api/faults')).body).toMatchObject({ mode: 'none', remaining: null })
  })

  test('a refusal for good', async () => {
    const bench = await openBench()
    await fault(bench, { mode: 'permanent' })
    expect(await send(bench)).toContain('550 ')
    expect(await list(bench)).toEqual([])
    await fault(bench, { mode: 'none' })
    expect(await send(bench)).toMatch(/^250 /)
  })

  test.each([
    ['drop', 0],
    ['drop-after', 1],
  ])('%s loses the answer and keeps %i mails', async (mode, kept) => {
    const bench = await openBench()
    await fault(bench, { mode })
    expect(await send(bench)).not.toMatch(/^250 /)
    expect((await list(bench)).length).toBe(kept)
  })

  test('a hanging conversation ends when the fault does', async () => {
    const bench = await openBench()
    await fault(bench, { mode: 'hang', remaining: 1 })
    const sending = send(bench)
    let isOver = false
    void sending.then(() => {
      isOver = true
    })
    await until(async () => expect((await bench.inbox('GET', '/api/faults')).body.mode).toBe('none'))
    expect(isOver).toBe(false)
    await until(async () => {
      await fault(bench, { mode: 'none' })
      expect(isOver).toBe(true)
    })
    expect(await sending).not.toMatch(/^250 /)
    expect(await list(bench)).toEqual([])
  })

  test('a slow server still takes the mail', async () => {
    const bench = await openBench()
    await fault(bench, { mode: 'slow', slowMs: 50 })
    expect(await send(bench)).toMatch(/^250 /)
  })

  test('are kept over a restart; a mistaken change is refused', async () => {
    const bench = await openBench()
    await fault(bench, { mode: 'temporary', code: 451 })
    await bench.restart()
    expect((await bench.inbox('GET', '/api/faults')).body).toMatchObject({ mode: 'temporary', code: 451 })
    expect((await bench.inbox('PUT', '/api/faults', { mode: 'explode' })).status).toBe(400)
  })
})
