import type { FastifyReply, FastifyRequest } from 'fastify'
import { problemOf, sendProblem } from '../http/errors.ts'
import type { App, RouteContext } from '../http/route.ts'
import { type AnswerVerb, inboundSecret, readShortToken } from '../notifications/answers.ts'
import { contactByTarget } from '../notifications/contacts/store.ts'
import { noteReceipt } from '../notifications/receipts/actions.ts'
import { Problem } from '../runtime/problem.ts'
import { giveAnswer, takeReply } from './actions.ts'
import { receiptOf, verbOfKey } from './decide.ts'
import { isFromSlack, isSame, twilioSignature } from './signatures.ts'
import { type AskedOf, askedBy } from './store.ts'
import { replyWords } from './words.ts'

const BODY_BYTES_MAX = 64 * 1_024
const REPLY_MS_MAX = 5_000
/** Twilio's codes for numbers that nothing will ever reach. */
const GONE_CODES = ['21211', '21610', '21614', '30003', '30005', '30006']
const TELEGRAM_VERBS: Record<string, AnswerVerb> = { a: 'accept', r: 'resolve', e: 'escalate' }

type Form = Record<string, string>
type Request = FastifyRequest<{ Params: { token: string } }>

/** Where providers report on messages and bring answers. Each address carries a keyed hash, and providers that sign are checked. */
export function answerCallbacks(app: App, context: RouteContext): void {
  const hidden = { schema: { hide: true } as Record<string, unknown>, bodyLimit: BODY_BYTES_MAX }
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) =>
      done(null, String(body)),
    )
    scope.setErrorHandler((error, request, reply) =>
      sendProblem(request, reply, problemOf(error, context.log), context.settings.publicUrl),
    )
    scope.post('/callbacks/message/:token', hidden, async (request: Request, reply) => {
      const form = formOf(request)
      const page = await pageOf(context, request.params.token)
      if (page) {
        await requireSigned(context, page.channel, request, form)
        await noteStatus(context, page, form)
      }
      return reply.code(204).send()
    })
    scope.post('/callbacks/message/:token/keys', hidden, async (request: Request, reply) => {
      const form = formOf(request)
      const page = await pageOf(context, request.params.token)
      if (!page) throw unknown()
      await requireSigned(context, page.channel, request, form)
      const verb = verbOfKey(form.Digits ?? '')
      const words = replyWords(page.language)
      const now = await context.clock.now()
      const text = verb
        ? (await giveAnswer(context.db, page, 'by telephone', page.alertId, verb, now)).text
        : words.unclear
      const language = page.language === 'de' ? 'de-DE' : 'en-GB'
      return sendMarkup(reply, `<Response><Say language="${language}">${escaped(text)}</Say></Response>`)
    })
    scope.post('/callbacks/message/:token/reply', hidden, async (request: Request, reply) => {
      const form = formOf(request)
      const page = await pageOf(context, request.params.token)
      if (!page) throw unknown()
      await requireSigned(context, page.channel, request, form)
      const from = { contactId: page.contactId, personId: page.personId, channel: page.channel, through: 'by SMS' }
      const text = await takeReply(
        context.db,
        from,
        form.Body ?? form.text ?? '',
        await context.clock.now(),
        page.alertId,
      )
      return sendMarkup(reply, `<Response><Message>${escaped(text)}</Message></Response>`)
    })
    scope.post('/callbacks/sms/:token', hidden, async (request: Request, reply) => {
      requireInbound(context, 'SMS', request.params.token)
      const form = formOf(request)
      await requireSigned(context, 'SMS', request, form)
      const contact = await contactByTarget(context.db, 'PHONE', form.From ?? form.from ?? '')
      // Nobody is told anything at a number that is nobody's.
      if (!contact) return sendMarkup(reply, '<Response/>')
      const from = { contactId: contact.id, personId: contact.person_id, channel: 'SMS', through: 'by SMS' }
      const text = await takeReply(
        context.db,
        from,
        form.Body ?? form.body ?? form.text ?? '',
        await context.clock.now(),
      )
      return sendMarkup(reply, `<Response><Message>${escaped(text)}</Message></Response>`)
    })
    scope.post('/callbacks/telegram/:token', hidden, async (request: Request, reply) => {
      requireInbound(context, 'TELEGRAM', request.params.token)
      const given = request.headers['x-telegram-bot-api-secret-token']
      if (typeof given !== 'string' || !isSame(given, inboundSecret('TELEGRAM', context.secrets))) throw unknown()
      return reply.code(200).send(await answerTelegram(context, jsonOf(request)))
    })
    scope.post('/callbacks/slack/:token', hidden, async (request: Request, reply) => {
      requireInbound(context, 'SLACK', request.params.token)
      await answerSlack(context, request)
      return reply.code(200).send()
    })
  })
}

function unknown(): Problem {
  return new Problem('not-found', 'There is nothing at this address.')
}

function formOf(request: Request): Form {
  const text = String(request.body ?? '')
  if (!text.trimStart().startsWith('{')) return Object.fromEntries(new URLSearchParams(text))
  const fields = Object.entries(jsonOf(request))
  return Object.fromEntries(
    fields.flatMap(([name, value]) => (typeof value === 'object' ? [] : [[name, String(value)]])),
  )
}

function jsonOf(request: Request): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(request.body ?? ''))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw new Problem('invalid-json', 'The body is not a JSON object.')
}

async function pageOf({ db, secrets }: RouteContext, token: string): Promise<AskedOf | null> {
  const id = readShortToken(token, secrets)
  if (id === null) throw unknown()
  return askedBy(db, id)
}

function requireInbound({ secrets }: RouteContext, method: string, token: string): void {
  if (!isSame(token, inboundSecret(method, secrets))) throw unknown()
}

/** Where a gateway signs what it posts, only what it signed counts. */
async function requireSigned(context: RouteContext, method: string, request: Request, form: Form): Promise<void> {
  const settings = (await context.channels.settingsOf(method))?.settings ?? {}
  const tokens = [
    ...(settings.kind === 'TEMPLATE' ? [] : [settings.authToken]),
    ...(settings.backupKind === 'TWILIO' ? [settings.backupAuthToken] : []),
  ].filter((one): one is string => typeof one === 'string' && one !== '')
  if (tokens.length === 0) return
  const given = request.headers['x-twilio-signature']
  const url = `${context.settings.publicUrl}${request.url}`
  const isSigned = typeof given === 'string' && tokens.some((token) => isSame(twilioSignature(token, url, form), given))
  const hasTemplate = settings.kind === 'TEMPLATE' || settings.backupKind === 'TEMPLATE'
  if (isSigned || (given === undefined && hasTemplate)) return
  throw new Problem('not-allowed', 'The signature of the gateway is missing or wrong.')
}

async function noteStatus(context: RouteContext, page: AskedOf, form: Form): Promise<void> {
  const receipt = receiptOf((form.MessageStatus ?? form.CallStatus ?? form.status ?? '').toLowerCase())
  if (!receipt) return
  const code = form.ErrorCode ?? ''
  const reason =
    code === '' || receipt.reason === ''
      ? receipt.reason
      : `${receipt.reason.replace(/\.$/, '')} (${code.slice(0, 10)}).`
  const now = await context.clock.now()
  await context.db
    .transaction()
    .execute((tx) =>
      noteReceipt(tx, page.notificationId, { ...receipt, reason, isGone: GONE_CODES.includes(code) }, now),
    )
}

function sendMarkup(reply: FastifyReply, markup: string): FastifyReply {
  return reply
    .code(200)
    .header('content-type', 'text/xml; charset=utf-8')
    .send(`<?xml version="1.0" encoding="UTF-8"?>${markup}`)
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** What the bot does next, as Telegram takes it in the answer to its call. */
async function answerTelegram(
  context: RouteContext,
  update: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const query = update.callback_query as
    | { id?: unknown; data?: unknown; message?: { chat?: { id?: unknown } } }
    | undefined
  const now = await context.clock.now()
  if (query && typeof query.data === 'string') {
    const [letter = '', token = ''] = query.data.split(':')
    const verb = TELEGRAM_VERBS[letter]
    const id = readShortToken(token, context.secrets)
    const page = id === null ? null : await askedBy(context.db, id)
    // The button counts only where it was sent.
    const isOwn = page?.channel === 'TELEGRAM' && page.target === String(query.message?.chat?.id)
    const text =
      page && verb && isOwn
        ? (await giveAnswer(context.db, page, 'from Telegram', page.alertId, verb, now)).text
        : replyWords('en').unknown
    return {
      method: 'answerCallbackQuery',
      callback_query_id: String(query.id ?? ''),
      text: text.slice(0, 200),
      show_alert: true,
    }
  }
  const message = update.message as { chat?: { id?: unknown }; text?: unknown } | undefined
  const chat = String(message?.chat?.id ?? '')
  if (chat === '' || typeof message?.text !== 'string') return {}
  const contact = await contactByTarget(context.db, 'TELEGRAM', chat)
  const text = contact
    ? await takeReply(
        context.db,
        { contactId: contact.id, personId: contact.person_id, channel: 'TELEGRAM', through: 'from Telegram' },
        message.text,
        now,
      )
    : `Your chat id is ${chat}. Enter it as a Telegram contact in Tocsin.`
  return { method: 'sendMessage', chat_id: chat, text }
}

async function answerSlack(context: RouteContext, request: Request): Promise<void> {
  const settings = (await context.channels.settingsOf('SLACK'))?.settings ?? {}
  const now = await context.clock.now()
  const given = {
    timestamp: String(request.headers['x-slack-request-timestamp'] ?? ''),
    signature: String(request.headers['x-slack-signature'] ?? ''),
    body: String(request.body ?? ''),
  }
  const secret = settings.signingSecret
  if (typeof secret !== 'string' || secret === '' || !isFromSlack(secret, given, now)) {
    throw new Problem('not-allowed', 'The signature of Slack is missing or wrong.')
  }
  const payload = JSON.parse(formOf(request).payload ?? '{}') as {
    user?: { id?: string }
    actions?: { action_id?: string; value?: string }[]
    response_url?: string
  }
  const [action] = payload.actions ?? []
  const verb = (['accept', 'resolve', 'escalate'] as const).find((one) => one === action?.action_id)
  const id = readShortToken(action?.value ?? '', context.secrets)
  if (!verb || id === null) return
  const page = await askedBy(context.db, id)
  const isOwn = page?.channel === 'SLACK' && page.target === payload.user?.id
  const text =
    page && isOwn
      ? (await giveAnswer(context.db, page, 'from Slack', page.alertId, verb, now)).text
      : replyWords('en').unknown
  if (payload.response_url === undefined) return
  const body = JSON.stringify({ text, response_type: 'ephemeral', replace_original: false })
  await context
    .outbound({
      method: 'POST',
      url: payload.response_url,
      headers: { 'content-type': 'application/json' },
      body,
      timeoutMs: REPLY_MS_MAX,
      bytesMax: BODY_BYTES_MAX,
    })
    // The answer is taken; only its echo is lost.
    .catch((cause) => context.log.warn({ err: cause }, 'answers.slack-not-told'))
}
