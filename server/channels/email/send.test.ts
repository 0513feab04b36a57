import { type AddressInfo, createServer } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import type { Channel, PageMessage } from '../contract.ts'
import { requestPage } from './examples.ts'
import { createEmailChannel } from './index.ts'
import { LIMITS, type Limits } from './send.ts'

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

function channelTo(port: number, limits: Partial<Limits> = {}, login = ''): Channel {
  const channel = createEmailChannel(
    {
      smtpUrl: `smtp://${login}127.0.0.1:${port}`,
      from: 'Tocsin <tocsin@example.test>',
      publicUrl: 'https://tocsin.example.test',
    },
    { ...LIMITS, ...limits },
  )
  cleanUp.push(() => channel.close())
  return channel
}

interface Relay {
  port: number
  mails: ParsedMail[]
  envelopes: { from: string; to: string[] }[]
}

/** A relay of our own, as an operator would run one. */
async function relay(options: SMTPServerOptions = {}): Promise<Relay> {
  const mails: ParsedMail[] = []
  const envelopes: Relay['envelopes'] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 50,
    logger: false,
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope
      envelopes.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map((recipient) => recipient.address) })
      simpleParser(stream).then((mail) => {
        mails.push(mail)
        done()
      }, done)
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return { port: (server.server.address() as AddressInfo).port, mails, envelopes }
}

const reply = (responseCode: number, text = 'No <ann@example.test>') => Object.assign(new Error(text), { responseCode })
const send = (channel: Channel, message: PageMessage = requestPage) => channel.send(message)

describe('a page that leaves', () => {
  test('is sent when the server took it, and says what the server said', async () => {
    const { port, mails, envelopes } = await relay()
    const outcome = await send(channelTo(port))
    expect(outcome).toEqual({ kind: 'sent', receipt: expect.stringMatching(/^250 /) })
    expect(envelopes).toEqual([{ from: 'tocsin@example.test', to: ['ann@example.test'] }])
    const mail = mails[0]
    expect(mail?.subject).toBe('Alert 12: Mail is down')
    expect(mail?.messageId).toBe(`<${requestPage.id}@tocsin.example.test>`)
    expect(mail?.headers.get('references')).toBe('<alert-12@tocsin.example.test>')
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
    expect(mail?.headers.get('importance') ?? mail?.headers.get('priority')).toMatch(/high/i)
    expect(mail?.text).toContain(requestPage.acceptUrl)
    expect(mail?.html).toContain(requestPage.resolveUrl)
  })

  test('keeps its Message-ID when it is tried again', async () => {
    let calls = 0
    const { port, mails } = await relay({
      onRcptTo(_address, _session, done) {
        calls += 1
        done(calls === 1 ? reply(451) : null)
      },
    })
    const channel = channelTo(port)
    expect((await send(channel)).kind).toBe('retry')
    expect((await send(channel)).kind).toBe('sent')
    expect(mails.map((mail) => mail.messageId)).toEqual([`<${requestPage.id}@tocsin.example.test>`])
  })

  test('has one recipient and no header that outside text asked for', async () => {
    const { port, mails, envelopes } = await relay()
    const summary = 'Down\r\nBcc: eve@example.test\r\n\r\n<b>x</b>'
    const message = {
      ...requestPage,
      alert: { ...requestPage.alert, summary, details: '.\r\nQUIT\r\n.\r\nMAIL FROM:<eve@example.test>' },
    }
    expect((await send(channelTo(port), message)).kind).toBe('sent')
    expect(envelopes).toEqual([{ from: 'tocsin@example.test', to: ['ann@example.test'] }])
    expect(mails[0]?.bcc).toBeUndefined()
    expect(mails[0]?.text).toContain('> .\n> QUIT\n> .\n> MAIL FROM:<eve@example.test>')
  })
})

describe('what the server replies becomes an outcome', () => {
  type Hook = 'onConnect' | 'onMailFrom' | 'onRcptTo' | 'onData'
  const hooks: Record<Hook, (error: Error) => SMTPServerOptions> = {
    onConnect: (error) => ({ onConnect: (_session, done) => done(error) }),
    onMailFrom: (error) => ({ onMailFrom: (_address, _session, done) => done(error) }),
    onRcptTo: (error) => ({ onRcptTo: (_address, _session, done) => done(error) }),
    onData: (error) => ({
      onData(stream, _session, done) {
        stream.resume().on('end', () => done(error))
      },
    }),
  }

  test.each([
    ['onConnect', 421, 'retry', /asks to try later/],
    ['onConnect', 554, 'retry', /Check SMTP_URL/],
    ['onMailFrom', 451, 'retry', /asks to try later/],
    ['onMailFrom', 550, 'retry', /Check TOCSIN_MAIL_FROM/],
    ['onMailFrom', 530, 'retry', /login/],
    ['onRcptTo', 421, 'retry', /asks to try later/],
    ['onRcptTo', 450, 'retry', /asks to try later/],
    ['onRcptTo', 451, 'retry', /asks to try later/],
    ['onRcptTo', 452, 'retry', /asks to try later/],
    ['onRcptTo', 501, 'refused', /refuses the recipient/],
    ['onRcptTo', 530, 'retry', /login/],
    ['onRcptTo', 550, 'refused', /refuses the recipient/],
    ['onRcptTo', 551, 'refused', /refuses the recipient/],
    ['onRcptTo', 552, 'refused', /refuses the recipient/],
    ['onRcptTo', 553, 'refused', /refuses the recipient/],
    ['onRcptTo', 554, 'refused', /refuses the recipient/],
    ['onData', 421, 'retry', /asks to try later/],
    ['onData', 451, 'retry', /asks to try later/],
    ['onData', 552, 'refused', /refuses the message/],
    ['onData', 554, 'refused', /refuses the message/],
  ] as const)('%s %i → %s', async (hook, code, kind, reason) => {
    const { port } = await relay(hooks[hook](reply(code)))
    const outcome = await send(channelTo(port))
    expect(outcome).toMatchObject({ kind, reason: expect.stringMatching(reason) })
    expect(JSON.stringify(outcome)).not.toContain('ann@example.test')
  })

  test.each([
    ['a wrong password', 535],
    ['a login that is out of service', 454],
  ])('%s → retry that names the login, never the password', async (_title, code) => {
    const { port } = await relay({
      authOptional: false,
      allowInsecureAuth: true,
      authMethods: ['PLAIN'],
      onAuth: (_auth, _session, done) => done(reply(code)),
    })
    const outcome = await send(channelTo(port, {}, 'tocsin:s3cret@'))
    expect(outcome).toMatchObject({ kind: 'retry', reason: expect.stringContaining('SMTP_URL') })
    expect(JSON.stringify(outcome)).not.toMatch(/s3cret|czNjcmV0/)
  })

  test('a server that wants a login we do not have → retry that names it', async () => {
    const { port } = await relay({ authOptional: false, allowInsecureAuth: true })
    expect(await send(channelTo(port))).toMatchObject({ kind: 'retry', reason: expect.stringContaining('login') })
  })
})

describe('a server that is not there', () => {
  test('nobody listening → retry', async () => {
    expect(await send(channelTo(1))).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/connection.*failed/),
    })
  })

  async function listener(handle: Parameters<typeof createServer>[1]): Promise<number> {
    const sockets = new Set<{ destroy(): void }>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      handle?.(socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanUp.push(async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return (server.address() as AddressInfo).port
  }

  test('silence instead of a greeting → retry within the greeting time', async () => {
    const port = await listener(() => {})
    expect(await send(channelTo(port, { greetingMs: 50 }))).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('in time'),
    })
  })

  test('silence in the middle → retry within the socket time', async () => {
    const port = await listener((socket) => void socket.write('220 mail.test ESMTP\r\n'))
    expect(await send(channelTo(port, { socketMs: 50 }))).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('in time'),
    })
  })

  test('a whole attempt has an end, even if the server trickles', async () => {
    const port = await listener((socket) => void socket.write('220-mail.test\r\n'))
    expect(await send(channelTo(port, { attemptMs: 50 }))).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('in time'),
    })
  })

  test('something that is not SMTP → retry', async () => {
    const port = await listener((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect((await send(channelTo(port))).kind).toBe('retry')
  })

  test('a connection that breaks in the middle of a message → retry, and one attempt at most after it', async () => {
    let messages = 0
    const { port } = await relay({
      onData(stream, session, done) {
        messages += 1
        stream.once('data', () => {})
        stream.resume().on('end', () => done(reply(421, `bye ${session.id}`)))
      },
    })
    expect((await send(channelTo(port))).kind).toBe('retry')
    expect(messages).toBe(1)
  })

  test('called off → retry that says so', async () => {
    const port = await listener(() => {})
    const stop = new AbortController()
    const pending = channelTo(port).send(requestPage, stop.signal)
    stop.abort()
    expect(await pending).toEqual({ kind: 'retry', reason: 'The attempt was called off.' })
  })
})

describe('addresses and settings', () => {
  test.each([
    '',
    'ann',
    '"a@evil x"@internal',
    'a@b@c',
    'ann@example.test,eve@example.test',
    'g:eve@example.test;',
    'a <b@c>',
    'a@b\r\nRCPT TO:<c@d>',
  ])('the contact %j is refused without asking anybody', async (target) => {
    const outcome = await send(channelTo(1), { ...requestPage, target })
    expect(outcome).toEqual({ kind: 'refused', reason: 'The contact is not an e-mail address.' })
  })

  const settings = {
    smtpUrl: 'smtp://127.0.0.1:1',
    from: 'tocsin@example.test',
    publicUrl: 'https://tocsin.example.test',
  }
  test.each(['', 'mail.example.test', 'http://s3cret@mail.example.test', 'smtp://'])(
    'SMTP_URL %j is refused with a sentence',
    (smtpUrl) => {
      expect(() => createEmailChannel({ ...settings, smtpUrl })).toThrow(/^SMTP_URL must look like/)
    },
  )

  test.each(['', 'Tocsin', 'Tocsin <tocsin>', 'a@b, c@d', 'Tocsin\r\nBcc: x@y <tocsin@example.test>'])(
    'TOCSIN_MAIL_FROM %j is refused with a sentence',
    (from) => {
      expect(() => createEmailChannel({ ...settings, from })).toThrow(/^TOCSIN_MAIL_FROM must be/)
    },
  )
})
