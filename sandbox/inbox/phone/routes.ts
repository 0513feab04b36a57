import { createHmac, randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import { noPhoneFaults, PhoneFaultChange, type PhoneFaults } from './faults.ts'
import { addProviders, unescaped } from './providers.ts'
import { newBrowser } from './push-crypto.ts'
import { openPhone, type PhoneEntry } from './store.ts'

const CALL_MS_MAX = 10_000

export interface PhoneParts {
  folder: string
  /** Where the phone's own push service is reached. */
  origin: () => string
  now: () => Date
  tell: (event: string, data: unknown) => void
}

type ById = { Params: { id: string } }

/** The phone: providers that take messages, and what its owner does with them. */
export async function addPhone(app: FastifyInstance, parts: PhoneParts): Promise<void> {
  const phone = await openPhone(parts.folder, parts.tell)
  const faults: PhoneFaults = noPhoneFaults()
  let onTheirWay = 0
  const report = (entry: PhoneEntry, status: string) => {
    onTheirWay += 1
    void tellCustomer(entry, status).finally(() => {
      onTheirWay -= 1
    })
  }

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, String(body)))
    addProviders(scope, {
      phone,
      faults: () => faults,
      onFault: () => parts.tell('phone-faults', faults),
      now: parts.now,
      report,
    })
  })

  app.get<{ Querystring: { to?: string; app?: string } }>('/api/phone', async ({ query }) =>
    phone.entries
      .filter((entry) => query.to === undefined || entry.to === query.to)
      .filter((entry) => query.app === undefined || entry.app === query.app),
  )
  app.delete('/api/phone', async (_request, reply) => {
    await phone.clear()
    return reply.code(204).send()
  })
  app.get('/api/phone-busy', async () => ({ onTheirWay }))
  app.get('/api/phone-faults', async () => faults)
  app.put('/api/phone-faults', async (request, reply) => {
    const change = PhoneFaultChange.safeParse(request.body)
    if (!change.success) return reply.code(400).send({ message: z.prettifyError(change.error) })
    const { provider, mode, remaining, slowMs } = change.data
    faults[provider] = { mode, remaining: remaining ?? null, slowMs: slowMs ?? faults[provider].slowMs }
    parts.tell('phone-faults', faults)
    return faults
  })
  app.post('/api/phone-browsers', async () => {
    const browser = newBrowser(randomUUID().slice(0, 8))
    phone.browsers.push(browser)
    await phone.save()
    return { endpoint: `${parts.origin()}/push/${browser.id}`, keys: { p256dh: browser.publicKey, auth: browser.auth } }
  })

  const act = (path: string, work: (entry: PhoneEntry, body: Record<string, unknown>) => Promise<void>) =>
    app.post<ById>(`/api/phone/:id/${path}`, async (request, reply) => {
      const entry = phone.get(request.params.id)
      if (!entry) return reply.code(404).send({ message: 'There is no such message' })
      await work(entry, (request.body ?? {}) as Record<string, unknown>)
      await phone.changed(entry)
      return entry
    })
  const says = (entry: PhoneEntry, who: 'me' | 'they', text: string) => {
    if (text !== '') entry.talk.push({ who, text })
  }

  act('reply', async (entry, body) => {
    const text = String(body.text ?? '')
    says(entry, 'me', text)
    const hook = phone.hooks[entry.authToken ?? '']
    if (entry.app === 'Telegram' && hook) {
      const answer = await post(
        hook.url,
        JSON.stringify({ message: { chat: { id: Number(entry.to) }, text } }),
        telegram(hook.secret),
      )
      says(entry, 'they', telegramWords(answer))
    } else if (entry.callbackUrl !== null)
      says(entry, 'they', spoken(await postForm(entry, `${entry.callbackUrl}/reply`, { From: entry.to, Body: text })))
    else says(entry, 'they', '(nobody listens)')
  })
  act('pick-up', async (entry) => {
    entry.state = 'talking'
    report(entry, 'in-progress')
  })
  act('keys', async (entry, body) => {
    const digits = String(body.digits ?? '')
    says(entry, 'me', `Key ${digits}`)
    if (entry.keysUrl === null) return
    says(entry, 'they', spoken(await postForm(entry, entry.keysUrl, { Digits: digits, To: entry.to })))
  })
  act('hang-up', async (entry) => {
    const wasRinging = entry.state === 'ringing'
    entry.state = wasRinging ? 'missed' : 'over'
    report(entry, wasRinging ? 'busy' : 'completed')
  })
  act('ring-out', async (entry) => {
    entry.state = 'missed'
    report(entry, 'no-answer')
  })
  act('press', async (entry, body) => {
    const button = entry.buttons[Number(body.button ?? 0)]
    if (!button) return
    says(entry, 'me', button.label)
    if (button.kind === 'call') {
      const answer = await post(button.url, button.data, { 'content-type': 'application/x-www-form-urlencoded' })
      says(entry, 'they', unescaped(/<h1>([^<]*)<\/h1>/.exec(answer)?.[1] ?? ''))
    }
    const hook = phone.hooks[button.url]
    if (button.kind === 'telegram' && hook) {
      const query = { id: entry.id, data: button.data, message: { chat: { id: Number(entry.to) } } }
      says(
        entry,
        'they',
        telegramWords(await post(hook.url, JSON.stringify({ callback_query: query }), telegram(hook.secret))),
      )
    }
  })
}

function telegram(secret: string): Record<string, string> {
  return { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret }
}

function telegramWords(answer: string): string {
  try {
    return String((JSON.parse(answer) as { text?: unknown }).text ?? '')
  } catch {
    return ''
  }
}

function spoken(markup: string): string {
  return unescaped(/<(?:Message|Say)[^>]*>([^<]*)</.exec(markup)?.[1] ?? '')
}

async function tellCustomer(entry: PhoneEntry, status: string): Promise<void> {
  if (entry.callbackUrl === null) return
  const field = entry.kind === 'sms' ? 'MessageStatus' : 'CallStatus'
  await postForm(entry, entry.callbackUrl, { [field]: status, To: entry.to })
}

/** Posts a form signed as Twilio signs. */
async function postForm(entry: PhoneEntry, url: string, form: Record<string, string>): Promise<string> {
  const text = Object.keys(form)
    .sort()
    .map((name) => `${name}${form[name]}`)
    .join('')
  const signature = createHmac('sha1', entry.authToken ?? '')
    .update(url + text)
    .digest('base64')
  return post(url, new URLSearchParams(form).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': signature,
  })
}

/** The answer's text; empty when there is none. */
async function post(url: string, body: string, headers: Record<string, string>): Promise<string> {
  try {
    const answer = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(CALL_MS_MAX) })
    return await answer.text()
  } catch {
    return ''
  }
}
