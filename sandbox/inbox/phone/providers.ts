import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type PhoneFaults, type Provider, takePhoneFault } from './faults.ts'
import { decryptPush } from './push-crypto.ts'
import type { PhoneButton, PhoneEntry, PhoneStore } from './store.ts'

export interface Providers {
  phone: PhoneStore
  faults: () => PhoneFaults
  onFault: () => void
  now: () => Date
  /** Tells the customer what became of a message, when its provider does such a thing. */
  report: (entry: PhoneEntry, status: string) => void
}

type Body = FastifyRequest<{ Body: unknown; Params: Record<string, string> }>

/** The doors of the pretend providers, each as its real one looks to a customer. */
export function addProviders(app: FastifyInstance, parts: Providers): void {
  addGateway(app, parts)
  addTelegram(app, parts)
  addChats(app, parts)
  addPush(app, parts)
}

const blank = (parts: Providers): PhoneEntry => ({
  id: randomUUID(),
  at: parts.now().toISOString(),
  kind: 'chat',
  app: '',
  to: '',
  from: '',
  title: '',
  text: '',
  buttons: [],
  state: null,
  takesKeys: false,
  talk: [],
  callbackUrl: null,
  authToken: null,
  keysUrl: null,
  headers: {},
  body: '',
})

/** Applies the provider's fault; true when the call was answered by it. */
async function failed(
  parts: Providers,
  provider: Provider,
  reply: FastifyReply,
  refusals: { bounce: () => unknown; stop: () => unknown },
): Promise<{ isOver: boolean; losesReceipt: boolean }> {
  const fault = takePhoneFault(parts.faults(), provider)
  parts.onFault()
  switch (fault.mode) {
    case 'slow':
      await wait(fault.slowMs)
      return { isOver: false, losesReceipt: false }
    case '5xx':
      await reply.code(503).type('text/html').send('<html><body>Service unavailable</body></html>')
      return { isOver: true, losesReceipt: false }
    case '429':
      await reply.code(429).header('retry-after', '20').send({ message: 'Too many requests' })
      return { isOver: true, losesReceipt: false }
    case 'bounce':
      await refusals.bounce()
      return { isOver: true, losesReceipt: false }
    case 'stop':
      await refusals.stop()
      return { isOver: true, losesReceipt: false }
    default:
      return { isOver: false, losesReceipt: fault.mode === 'lost-receipt' }
  }
}

function credentials(request: FastifyRequest): { user: string; token: string } {
  const text = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString('utf8')
  const at = text.indexOf(':')
  return { user: text.slice(0, at), token: text.slice(at + 1) }
}

/** Twilio's calls. An account whose name begins with ACB is the backup gateway. */
function addGateway(app: FastifyInstance, parts: Providers): void {
  const base = '/2010-04-01/Accounts/:sid'
  app.get(`${base}.json`, async (request: Body, reply) =>
    credentials(request).token === ''
      ? reply.code(401).send({ code: 20003 })
      : { sid: request.params.sid, status: 'active' },
  )
  const take = async (request: Body, reply: FastifyReply, kind: 'sms' | 'call') => {
    const form = new URLSearchParams(String(request.body ?? ''))
    const { token } = credentials(request)
    if (token === '') return reply.code(401).send({ code: 20003, message: 'Authenticate', status: 401 })
    const provider = request.params.sid?.startsWith('ACB') ? 'backup-gateway' : 'gateway'
    const refuse = (code: number, message: string) => () => reply.code(400).send({ code, message, status: 400 })
    const { isOver, losesReceipt } = await failed(parts, provider, reply, {
      bounce: refuse(21211, 'The number is not a valid phone number'),
      stop: refuse(21610, 'The person replied STOP'),
    })
    if (isOver) return reply
    const markup = form.get('Twiml') ?? ''
    const entry: PhoneEntry = {
      ...blank(parts),
      kind,
      app: kind === 'sms' ? 'Messages' : 'Telephone',
      to: form.get('To') ?? '',
      from: form.get('From') ?? '',
      text: kind === 'sms' ? (form.get('Body') ?? '') : spokenIn(markup),
      state: kind === 'call' ? 'ringing' : null,
      takesKeys: markup.includes('<Gather'),
      callbackUrl: losesReceipt ? null : form.get('StatusCallback'),
      keysUrl: unescaped(/<Gather[^>]*action="([^"]+)"/.exec(markup)?.[1] ?? '') || null,
      authToken: token,
      headers: headersOf(request),
      body: String(request.body ?? ''),
    }
    await parts.phone.add(entry)
    const sid = `${kind === 'sms' ? 'SM' : 'CA'}${entry.id.replaceAll('-', '')}`
    await reply.code(201).send({ sid, status: 'queued', to: entry.to, error_code: null, error_message: null })
    if (kind === 'sms' && entry.callbackUrl !== null) parts.report(entry, 'delivered')
    return reply
  }
  app.post(`${base}/Messages.json`, (request: Body, reply) => take(request, reply, 'sms'))
  app.post(`${base}/Calls.json`, (request: Body, reply) => take(request, reply, 'call'))
}

function spokenIn(markup: string): string {
  const said = [...markup.matchAll(/<Say[^>]*>([^<]*)<\/Say>/g)].map((match) => unescaped(match[1] ?? ''))
  return [...new Set(said)].join(' ')
}

/** What stood in markup. */
export function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}

function addTelegram(app: FastifyInstance, parts: Providers): void {
  app.post('/bot:token/:method', async (request: Body, reply) => {
    const { token = '', method } = request.params
    const body = jsonBody(request)
    if (method === 'getMe') return { ok: true, result: { id: 1, is_bot: true, username: 'tocsin_bot' } }
    if (method === 'setWebhook') {
      parts.phone.hooks[token] = { url: String(body.url), secret: String(body.secret_token ?? '') }
      await parts.phone.save()
      return { ok: true, result: true }
    }
    if (method !== 'sendMessage') return reply.code(404).send({ ok: false, error_code: 404, description: 'Not Found' })
    const { isOver } = await failed(parts, 'telegram', reply, {
      bounce: () => reply.code(400).send({ ok: false, error_code: 400, description: 'Bad Request: chat not found' }),
      stop: () =>
        reply.code(403).send({ ok: false, error_code: 403, description: 'Forbidden: bot was blocked by the user' }),
    })
    if (isOver) return reply
    const [title = '', ...lines] = String(body.text ?? '').split('\n')
    const rows = (body.reply_markup as { inline_keyboard?: { text: string; callback_data?: string; url?: string }[][] })
      ?.inline_keyboard
    const buttons = (rows ?? [])
      .flat()
      .map(
        (one): PhoneButton =>
          one.url === undefined
            ? { label: one.text, kind: 'telegram', url: token, data: one.callback_data ?? '' }
            : { label: one.text, kind: 'open', url: one.url, data: '' },
      )
    const to = String(body.chat_id ?? '')
    const entry = { ...blank(parts), app: 'Telegram', to, title, text: lines.join('\n'), buttons, authToken: token }
    await parts.phone.add({ ...entry, body: JSON.stringify(body) })
    return { ok: true, result: { message_id: parts.phone.entries.length, chat: { id: to } } }
  })
}

function addChats(app: FastifyInstance, parts: Providers): void {
  app.post('/slack/api/:method', async (request: Body, reply) => {
    if (request.params.method === 'auth.test') return { ok: true, bot_id: 'B1' }
    const body = jsonBody(request)
    const { isOver } = await failed(parts, 'slack', reply, {
      bounce: () => reply.code(200).send({ ok: false, error: 'channel_not_found' }),
      stop: () => reply.code(200).send({ ok: false, error: 'user_disabled' }),
    })
    if (isOver) return reply
    const blocks = (body.blocks ?? []) as {
      text?: { text: string }
      elements?: { text: { text: string }; url?: string; value?: string }[]
    }[]
    const [title = '', ...lines] = (blocks[0]?.text?.text ?? String(body.text ?? '')).split('\n')
    const buttons = blocks.flatMap((block) =>
      (block.elements ?? []).map((one) => ({
        label: one.text.text,
        kind: 'open' as const,
        url: one.url ?? '',
        data: one.value ?? '',
      })),
    )
    await parts.phone.add({
      ...blank(parts),
      app: 'Slack',
      to: String(body.channel ?? ''),
      title,
      text: lines.join('\n'),
      buttons,
      body: JSON.stringify(body),
    })
    return { ok: true, ts: '1.1', channel: body.channel }
  })
  app.post('/ntfy', async (request: Body, reply) => {
    const body = jsonBody(request)
    const gone = () => reply.code(404).send({ code: 40401, error: 'page not found' })
    const { isOver } = await failed(parts, 'ntfy', reply, { bounce: gone, stop: gone })
    if (isOver) return reply
    const actions = (body.actions ?? []) as { label: string; url: string; body?: string }[]
    await parts.phone.add({
      ...blank(parts),
      kind: 'push',
      app: 'ntfy',
      to: String(body.topic ?? ''),
      title: String(body.title ?? ''),
      text: String(body.message ?? ''),
      buttons: actions.map((one) => ({ label: one.label, kind: 'call', url: one.url, data: one.body ?? '' })),
      body: JSON.stringify(body),
    })
    return { id: randomUUID().slice(0, 12), topic: body.topic }
  })
  app.get('/ntfy/v1/health', async () => ({ healthy: true }))
  app.post('/hooks/:app/:name', async (request: Body, reply) => {
    const gone = () => reply.code(410).send({ message: 'gone' })
    const { isOver } = await failed(parts, 'hooks', reply, { bounce: gone, stop: gone })
    if (isOver) return reply
    const body = jsonBody(request)
    const { title, text, buttons } = shownHook(body)
    await parts.phone.add({
      ...blank(parts),
      kind: request.params.app === 'webhook' ? 'webhook' : 'chat',
      app: request.params.app ?? '',
      to: request.params.name ?? '',
      title,
      text,
      buttons,
      headers: headersOf(request),
      body: String(request.body ?? ''),
    })
    return reply.code(200).send({ ok: true })
  })
}

/** What an app would show of a message by a webhook: Teams' cards, Markdown, or the plain call. */
function shownHook(body: Record<string, unknown>): Pick<PhoneEntry, 'title' | 'text' | 'buttons'> {
  const card = (
    body.attachments as { content?: { body?: unknown; actions?: { title: string; url: string }[] } }[] | undefined
  )?.[0]?.content
  if (card) {
    const runs = [...JSON.stringify(card.body).matchAll(/"text":"((?:[^"\\]|\\.)*)"/g)].map(
      (one) => JSON.parse(`"${one[1]}"`) as string,
    )
    const buttons = (card.actions ?? []).map((one) => ({
      label: one.title,
      kind: 'open' as const,
      url: one.url,
      data: '',
    }))
    return { title: runs[0] ?? '', text: runs.slice(1).join('\n'), buttons }
  }
  const markdown = String(body.content ?? body.text ?? '')
  if (markdown !== '') {
    const buttons = [...markdown.matchAll(/\[([^\]]+)\]\(<?(https?:[^)>]+)>?\)/g)].map((one) => ({
      label: one[1] ?? '',
      kind: 'open' as const,
      url: one[2] ?? '',
      data: '',
    }))
    const [title = '', ...lines] = markdown
      .replace(/\[[^\]]+\]\([^)]*\)( · )?/g, '')
      .replace(/\\(.)/g, '$1')
      .split('\n')
    return { title: title.replace(/^\*\*|\*\*$/g, ''), text: lines.join('\n').trim(), buttons }
  }
  const data = (body.data ?? {}) as { title?: unknown; text?: unknown }
  return { title: String(data.title ?? 'Webhook'), text: String(data.text ?? ''), buttons: [] }
}

function addPush(app: FastifyInstance, parts: Providers): void {
  app.post('/push/:id', async (request: Body, reply) => {
    const gone = () => reply.code(410).send()
    const { isOver } = await failed(parts, 'push', reply, { bounce: gone, stop: gone })
    if (isOver) return reply
    const browser = parts.phone.browsers.find((one) => one.id === request.params.id)
    if (!browser) return reply.code(404).send()
    if (!request.headers.authorization?.startsWith('vapid t=')) return reply.code(401).send()
    const body = decryptPush(browser, request.body as Buffer)
    const message = JSON.parse(body) as {
      title: string
      text: string
      url: string
      answers: { verb: string; label: string; url: string }[]
    }
    await parts.phone.add({
      ...blank(parts),
      kind: 'push',
      app: 'Browser',
      to: browser.id,
      title: message.title,
      text: message.text,
      buttons: [
        ...message.answers.map((one) => ({
          label: one.label,
          kind: 'call' as const,
          url: one.url,
          data: `do=${one.verb}`,
        })),
        { label: 'Open', kind: 'open', url: message.url, data: '' },
      ],
      headers: headersOf(request),
      body,
    })
    return reply.code(201).header('location', `/push/${browser.id}/message`).send()
  })
}

function headersOf(request: FastifyRequest): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
}

function jsonBody(request: Body): Record<string, unknown> {
  try {
    return JSON.parse(String(request.body ?? '')) as Record<string, unknown>
  } catch {
    return {}
  }
}
