import * as z from 'zod'
import type { Outbound } from '../runtime/outbound.ts'
import type { Outcome } from './contract.ts'
import { callProvider, jsonOf, sentence, wordOf } from './http.ts'

/** A telephone gateway as the operator describes it: Twilio's API, or any HTTP call by a template. */
export interface Gateway {
  kind: 'TWILIO' | 'TEMPLATE'
  url: string
  accountSid: string
  authToken: string
  from: string
  headers: string
  body: string
  contentType: 'JSON' | 'FORM'
  mustContain: string
}

export interface GatewayCall {
  id: string
  to: string
  text: string
  callbackUrl: string
  /** What of Twilio's API it is, with its own fields. */
  resource: 'Messages' | 'Calls'
  fields: Record<string, string>
}

const TWILIO_URL = 'https://api.twilio.com'
const TEXT_MAX = 2_000

const text = (title: string, description: string, more: Record<string, unknown> = {}) =>
  z
    .string()
    .trim()
    .max(TEXT_MAX)
    .nullish()
    .meta({ title, description, ...more })

/** The settings of one gateway; their names begin with `prefix`, so that a form can hold two. */
export function gatewayFields(prefix: '' | 'backup', title: string) {
  const name = (field: string) => (prefix === '' ? field : `${prefix}${field[0]?.toUpperCase()}${field.slice(1)}`)
  const kinds = prefix === '' ? (['TWILIO', 'TEMPLATE'] as const) : (['NONE', 'TWILIO', 'TEMPLATE'] as const)
  const when = (equals: string | string[]) => ({ 'x-show-when': { field: name('kind'), equals } })
  const whenAny = when(['TWILIO', 'TEMPLATE'])
  return {
    [name('kind')]: z
      .enum(kinds)
      .default(kinds[0])
      .meta({
        title,
        description:
          prefix === '' ? 'How messages leave.' : 'Takes over when the first one fails, and while it is unwell.',
        'x-enum-labels': {
          NONE: 'None',
          TWILIO: 'Twilio, or a gateway that speaks like it',
          TEMPLATE: 'Any gateway, by a template',
        },
      }),
    [name('accountSid')]: text('Account SID', 'Of Twilio.', { 'x-placeholder': 'AC…', ...when('TWILIO') }),
    [name('authToken')]: text('Auth token', 'Stored encrypted and never shown again.', {
      writeOnly: true,
      ...when('TWILIO'),
    }),
    [name('url')]: text('Address', 'Of the gateway. Empty: Twilio’s own. A template may use {to} and {id} in it.', {
      'x-placeholder': TWILIO_URL,
      ...whenAny,
    }),
    [name('from')]: text('Sender', 'The number or name messages come from.', {
      'x-placeholder': '+43…',
      ...whenAny,
    }),
    [name('headers')]: text(
      'Headers',
      'One “Name: value”, several parted by |, such as an API key. Stored encrypted.',
      {
        writeOnly: true,
        ...when('TEMPLATE'),
      },
    ),
    [name('contentType')]: z
      .enum(['JSON', 'FORM'])
      .nullish()
      .meta({
        title: 'Kind of body',
        description: '',
        'x-enum-labels': { JSON: 'JSON', FORM: 'Form' },
        ...when('TEMPLATE'),
      }),
    [name('body')]: text(
      'Body',
      'With {to}, {from}, {text}, {id} and {callback}; each is escaped as the kind of body needs.',
      {
        'x-placeholder': '{"to":"{to}","text":"{text}"}',
        ...when('TEMPLATE'),
      },
    ),
    [name('mustContain')]: text('Success contains', 'An answer without this text counts as refused.', when('TEMPLATE')),
  }
}

export const GATEWAY_SECRETS = ['authToken', 'headers', 'backupAuthToken', 'backupHeaders']
export const GATEWAY_PLACES = ['kind', 'url', 'accountSid', 'backupKind', 'backupUrl', 'backupAccountSid']

/** What is missing for a gateway to work, for the form. */
export function refineGateways(
  settings: Record<string, unknown>,
  context: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
): void {
  for (const prefix of ['', 'backup'] as const) {
    const gateway = gatewayFrom(settings, prefix)
    if (!gateway) continue
    const name = (field: string) => (prefix === '' ? field : `${prefix}${field[0]?.toUpperCase()}${field.slice(1)}`)
    const need = (field: string, isThere: boolean, message: string) => {
      if (!isThere) context.addIssue({ code: 'custom', path: [name(field)], message })
    }
    const url = gateway.url.replaceAll(/\{(to|id)\}/g, '0')
    need('url', URL.canParse(url) && /^https?:/.test(url), 'Give a whole address that begins with https://')
    if (gateway.kind === 'TWILIO') {
      need('accountSid', gateway.accountSid !== '', 'Give the account SID.')
      need('authToken', gateway.authToken !== '', 'Give the auth token.')
      need('from', gateway.from !== '', 'Give the number messages come from.')
    } else
      need(
        'body',
        gateway.body !== '' || gateway.url.includes('{to}'),
        'Give the body of the call, with {to} and {text}.',
      )
  }
}

function gatewayFrom(settings: Record<string, unknown>, prefix: '' | 'backup'): Gateway | null {
  const value = (field: string) => {
    const name = prefix === '' ? field : `${prefix}${field[0]?.toUpperCase()}${field.slice(1)}`
    return typeof settings[name] === 'string' ? (settings[name] as string) : ''
  }
  const kind = value('kind')
  if (kind !== 'TWILIO' && kind !== 'TEMPLATE') return null
  return {
    kind,
    url: value('url') || TWILIO_URL,
    accountSid: value('accountSid'),
    authToken: value('authToken'),
    from: value('from'),
    headers: value('headers'),
    body: value('body'),
    contentType: value('contentType') === 'FORM' ? 'FORM' : 'JSON',
    mustContain: value('mustContain'),
  }
}

/** The gateways of these settings, the first one first. */
export function gatewaysOf(settings: Record<string, unknown>): Gateway[] {
  return (['', 'backup'] as const).flatMap((prefix) => gatewayFrom(settings, prefix) ?? [])
}

/** One call to one gateway. */
export async function callGateway(
  gateway: Gateway,
  call: GatewayCall,
  outbound: Outbound,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  return gateway.kind === 'TWILIO'
    ? callTwilio(gateway, call, outbound, signal)
    : callTemplate(gateway, call, outbound, signal)
}

/** Twilio's codes for numbers that nothing will ever reach: not a number, unsubscribed, not in service. */
const GONE_CODES = [21211, 21610, 21614, 30003, 30005, 30006]

async function callTwilio(
  gateway: Gateway,
  call: GatewayCall,
  outbound: Outbound,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const who = 'The telephone gateway'
  const body = new URLSearchParams({
    To: call.to,
    From: gateway.from,
    ...call.fields,
    StatusCallback: call.callbackUrl,
  })
  const result = await callProvider(
    who,
    outbound,
    {
      method: 'POST',
      url: `${gateway.url.replace(/\/+$/, '')}/2010-04-01/Accounts/${encodeURIComponent(gateway.accountSid)}/${call.resource}.json`,
      headers: {
        authorization: `Basic ${Buffer.from(`${gateway.accountSid}:${gateway.authToken}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        'idempotency-key': call.id,
      },
      body: body.toString(),
    },
    { secrets: [gateway.authToken, gateway.accountSid, call.to], signal },
  )
  if (result.kind === 'outcome') {
    const code = Number(/"code"\s*:\s*(\d+)/.exec(result.outcome.kind === 'refused' ? result.outcome.reason : '')?.[1])
    return GONE_CODES.includes(code) && result.outcome.kind === 'refused'
      ? { ...result.outcome, isGone: true }
      : result.outcome
  }
  const said = jsonOf(result.answer.body)
  if (!said || typeof said.sid !== 'string') {
    return {
      kind: 'retry',
      reason: sentence(`${who} answered without a receipt${wordOf(result.answer.body, [gateway.authToken])}`),
    }
  }
  const code = typeof said.error_code === 'number' ? said.error_code : null
  if (code !== null || said.status === 'failed' || said.status === 'undelivered') {
    const gone = code !== null && GONE_CODES.includes(code) ? { isGone: true } : {}
    const word = typeof said.error_message === 'string' ? `: ${said.error_message}` : ''
    return { kind: 'refused', reason: sentence(`${who} refuses the message (${code ?? said.status})${word}`), ...gone }
  }
  return { kind: 'sent', receipt: said.sid.slice(0, 100), awaitsReceipt: true }
}

async function callTemplate(
  gateway: Gateway,
  call: GatewayCall,
  outbound: Outbound,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const who = 'The telephone gateway'
  const values: Record<string, string> = {
    to: call.to,
    from: gateway.from,
    text: call.text,
    id: call.id,
    callback: call.callbackUrl,
  }
  const isJson = gateway.contentType === 'JSON'
  const escaped = isJson ? (value: string) => JSON.stringify(value).slice(1, -1) : encodeURIComponent
  const headers = Object.fromEntries(
    gateway.headers.split('|').flatMap((line) => {
      const at = line.indexOf(':')
      return at > 0 ? [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()]] : []
    }),
  )
  const result = await callProvider(
    who,
    outbound,
    {
      method: gateway.body === '' ? 'GET' : 'POST',
      url: fill(gateway.url, values, encodeURIComponent),
      headers: {
        'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
        'idempotency-key': call.id,
        ...headers,
      },
      ...(gateway.body === '' ? {} : { body: fill(gateway.body, values, escaped) }),
    },
    { secrets: [...Object.values(headers), call.to], signal },
  )
  if (result.kind === 'outcome') return result.outcome
  const { body } = result.answer
  if (gateway.mustContain !== '' && !body.includes(gateway.mustContain)) {
    return {
      kind: 'refused',
      reason: sentence(`${who} did not say that it took the message${wordOf(body, Object.values(headers))}`),
    }
  }
  // Receipts come only to whoever was told where to send them.
  const asksForReceipt = gateway.body.includes('{callback}') || gateway.url.includes('{callback}')
  return { kind: 'sent', receipt: null, awaitsReceipt: asksForReceipt }
}

function fill(template: string, values: Record<string, string>, escaped: (value: string) => string): string {
  return template.replace(/\{(to|from|text|id|callback)\}/g, (_whole, name: string) => escaped(values[name] ?? ''))
}

/** Null when the first gateway that can be asked takes our credentials. */
export async function probeGateways(gateways: readonly Gateway[], outbound: Outbound): Promise<string | null> {
  const reasons: string[] = []
  for (const gateway of gateways) {
    if (gateway.kind !== 'TWILIO') return null
    const result = await callProvider(
      'The telephone gateway',
      outbound,
      {
        method: 'GET',
        url: `${gateway.url.replace(/\/+$/, '')}/2010-04-01/Accounts/${encodeURIComponent(gateway.accountSid)}.json`,
        headers: {
          authorization: `Basic ${Buffer.from(`${gateway.accountSid}:${gateway.authToken}`).toString('base64')}`,
        },
      },
      { secrets: [gateway.authToken, gateway.accountSid] },
    )
    if (result.kind === 'answer') return null
    if (result.outcome.kind !== 'sent') reasons.push(result.outcome.reason)
  }
  return reasons[0] ?? null
}
