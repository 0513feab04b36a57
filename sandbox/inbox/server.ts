import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import * as z from 'zod'
import { replaceFile } from '../files.ts'
import { addressOf, explainListenError, portOf } from '../listen.ts'
import { createLiveStream, type LiveStream } from '../live-stream.ts'
import { isSameSite } from '../same-site.ts'
import type { SandboxOptions } from '../settings.ts'
import { noSmtpFaults, SmtpFaults, SmtpFaultsChange } from './faults.ts'
import { type Mailbox, openMailbox } from './mailbox.ts'
import { addPhone } from './phone/routes.ts'
import { type RunningSmtp, startSmtp } from './smtp.ts'

const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
/** A mail may look as it likes, but runs nothing and sends nothing. */
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; font-src data:; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"

export interface RunningInbox {
  url: string
  smtpUrl: string
  close(): Promise<void>
}

/** Starts the message inbox: a mail server, and the page that shows what it took. */
export async function startInbox(options: SandboxOptions, now: () => Date): Promise<RunningInbox> {
  const { host, inboxPort, smtpPort } = options
  const mailbox = await openMailbox(join(options.dataDir, 'inbox'))
  const faultsPath = join(options.dataDir, 'inbox-faults.json')
  let faults = await readFaults(faultsPath)
  const stream = createLiveStream()
  mailbox.onChange((event, ids) => {
    if (event === 'arrived') stream.tell('arrived', mailbox.get(ids[0] ?? ''))
    else stream.tell('removed', ids)
  })
  let told = JSON.stringify(faults)
  let saving: Promise<void> = Promise.resolve()
  const faultsChanged = async () => {
    if (JSON.stringify(faults) === told) return
    told = JSON.stringify(faults)
    stream.tell('faults', faults)
    saving = saving.catch(() => {}).then(() => replaceFile(faultsPath, told))
    await saving
  }

  const smtp = await startSmtp({
    host,
    port: smtpPort,
    mailbox,
    faults: () => faults,
    onFault: () => void faultsChanged().catch(report),
    now,
  })
  const app = Fastify({ forceCloseConnections: true })
  guard(app)
  await addPage(app, stream)
  addMessages(app, mailbox)
  let origin = ''
  await addPhone(app, {
    folder: options.dataDir,
    origin: () => origin,
    now,
    tell: (event, data) => stream.tell(event, data),
  })
  app.get('/api/faults', async () => faults)
  app.put('/api/faults', async (request, reply) => {
    const change = SmtpFaultsChange.safeParse(request.body)
    if (!change.success) return reply.code(400).send({ message: z.prettifyError(change.error) })
    const isNewMode = change.data.mode !== undefined && change.data.remaining === undefined
    faults = SmtpFaults.parse({ ...faults, ...(isNewMode ? { remaining: null } : {}), ...change.data })
    if (faults.mode !== 'hang') smtp.release()
    await faultsChanged()
    return faults
  })

  const url = await app
    .listen({ host, port: inboxPort })
    .then(() => addressOf('http', host, portOf(app.server.address(), inboxPort)))
    .catch(async (error: unknown) => {
      await smtp.close()
      throw explainListenError(error, 'the message inbox', host, inboxPort, 'INBOX_PORT')
    })
  origin = url
  return { url, smtpUrl: smtp.url, close: () => close(app, smtp, stream) }
}

async function close(app: FastifyInstance, smtp: RunningSmtp, stream: LiveStream): Promise<void> {
  stream.close()
  await Promise.all([smtp.close(), app.close()])
}

function guard(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!isSameSite(request)) return reply.code(403).send({ message: 'Forbidden: this came from another web site.' })
    reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
  })
}

async function addPage(app: FastifyInstance, stream: LiveStream): Promise<void> {
  for (const [path, name, type] of [
    ['/', 'index.html', 'text/html'],
    ['/inbox.css', 'inbox.css', 'text/css'],
    ['/inbox.js', 'inbox.js', 'text/javascript'],
    ['/phone', 'phone.html', 'text/html'],
    ['/phone.js', 'phone.js', 'text/javascript'],
    ['/phone.css', 'phone.css', 'text/css'],
  ] as const) {
    const content = await readFile(new URL(`./assets/${name}`, import.meta.url))
    app.get(path, async (_request, reply) =>
      reply.type(`${type}; charset=utf-8`).header('content-security-policy', PAGE_POLICY).send(content),
    )
  }
  app.get('/api/live', (_request, reply) => stream.join(reply))
}

function addMessages(app: FastifyInstance, mailbox: Mailbox): void {
  type ById = { Params: { id: string } }
  const missing = { message: 'There is no such message' }

  app.get<{ Querystring: { to?: string; q?: string } }>('/api/messages', async ({ query }) => {
    const to = query.to?.toLowerCase()
    const words = query.q?.toLowerCase()
    return mailbox
      .list()
      .filter((one) => to === undefined || one.to.some((address) => address.toLowerCase() === to))
      .filter((one) => words === undefined || `${one.subject}\n${one.text}`.toLowerCase().includes(words))
  })
  app.delete('/api/messages', async (_request, reply) => {
    await mailbox.clear()
    return reply.code(204).send()
  })
  app.get<ById>('/api/messages/:id', async (request, reply) => {
    return mailbox.get(request.params.id) ?? reply.code(404).send(missing)
  })
  app.delete<ById>('/api/messages/:id', async (request, reply) => {
    const wasThere = await mailbox.remove(request.params.id)
    return wasThere ? reply.code(204).send() : reply.code(404).send(missing)
  })
  app.get<ById>('/api/messages/:id/raw', async (request, reply) => {
    const raw = await mailbox.raw(request.params.id)
    if (raw === undefined) return reply.code(404).send(missing)
    return reply.type('text/plain; charset=utf-8').send(raw)
  })
  app.get<ById>('/api/messages/:id/html', async (request, reply) => {
    const message = mailbox.get(request.params.id)
    if (!message || message.html === null) return reply.code(404).send(missing)
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', MAIL_POLICY)
      .send(`<!doctype html><base target="_blank">${message.html}`)
  })
}

async function readFaults(path: string): Promise<SmtpFaults> {
  try {
    return SmtpFaults.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return noSmtpFaults()
  }
}

function report(error: unknown): void {
  console.error('sandbox: the faults could not be saved', error)
}
