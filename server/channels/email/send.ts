import { createTransport, type Transporter } from 'nodemailer'
import { within } from '../../runtime/timers.ts'
import type { Message, Outcome } from '../contract.ts'
import { outcomeOfFailure, type SmtpFailure } from './outcome.ts'
import { renderMail, renderNotice } from './render.ts'

export interface EmailSettings {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  smtpUrl: string
  /** An address, or `Name <address>`. */
  from: string
  /** Names this installation in Message-IDs. */
  publicUrl: string
}

export interface Limits {
  connectMs: number
  greetingMs: number
  socketMs: number
  /** The whole attempt, for servers that trickle. */
  attemptMs: number
}

export const LIMITS: Limits = { connectMs: 5_000, greetingMs: 5_000, socketMs: 20_000, attemptMs: 45_000 }
const CONNECTIONS_MAX = 5
const MESSAGES_PER_CONNECTION_MAX = 100
const IDLE_MS = 30_000

/** Letters, digits and what else is common, without quotes, comments or groups: those are how addresses lie. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@[^\s@<>()[\]\\,;:"\p{Cc}]{1,255}$/u

/** A pool of SMTP connections. Throws a sentence for settings that cannot work; the password is never in it. */
export function createPool(settings: EmailSettings, limits: Limits): Transporter {
  const url = URL.canParse(settings.smtpUrl) ? new URL(settings.smtpUrl) : null
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '') {
    throw new Error('SMTP_URL must look like smtp://user:password@mail.example.com:587')
  }
  return createTransport({
    url: settings.smtpUrl,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    maxMessages: MESSAGES_PER_CONNECTION_MAX,
    // Once, and only before a byte of the message left: a connection that died while idle must not cost a page its first attempt.
    maxRequeues: 1,
    idleTimeout: IDLE_MS,
    connectionTimeout: limits.connectMs,
    dnsTimeout: limits.connectMs,
    greetingTimeout: limits.greetingMs,
    socketTimeout: limits.socketMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  })
}

/** The sender as name and address; throws a sentence when it is neither. */
export function readSender(from: string): { name: string; address: string } {
  const match = /^\s*(?:"?([^"<>\r\n]*?)"?\s*<([^<>]+)>|([^<>]+?))\s*$/.exec(from)
  const address = match?.[2] ?? match?.[3] ?? ''
  if (!ADDRESS.test(address))
    throw new Error('TOCSIN_MAIL_FROM must be an address, or look like Tocsin <tocsin@example.com>')
  return { name: match?.[1]?.trim() ?? '', address }
}

/** One attempt at one page. Never throws: whatever happens is an outcome. */
export async function sendMail(
  pool: Transporter,
  sender: { name: string; address: string },
  host: string,
  limits: Limits,
  message: Message,
  signal?: AbortSignal,
): Promise<Outcome> {
  if (!ADDRESS.test(message.target)) return { kind: 'refused', reason: 'The contact is not an e-mail address.' }
  const deadline = AbortSignal.timeout(limits.attemptMs)
  try {
    const { subject, text, html } = message.kind === 'page' ? renderMail(message) : renderNotice(message)
    const thread = `<${message.thread}@${host}>`
    const info = await pool.sendMail({
      from: sender,
      to: { name: '', address: message.target },
      envelope: { from: sender.address, to: [message.target] },
      subject,
      text,
      html,
      // The same over all attempts, so that a mailbox can tell a repetition.
      messageId: `<${message.id.replace(/[^A-Za-z0-9._-]/g, '-')}@${host}>`,
      references: thread,
      inReplyTo: thread,
      priority: message.priority === 'HIGH' ? 'high' : 'normal',
      headers: {
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'All',
        ...(message.kind === 'page' ? { 'X-Tocsin-Alert': String(message.alert.id) } : {}),
      },
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    })
    return { kind: 'sent', receipt: typeof info.response === 'string' ? info.response.slice(0, 200) : null }
  } catch (error) {
    if (deadline.aborted) return outcomeOfFailure({ code: 'ETIMEDOUT' })
    return outcomeOfFailure(error as SmtpFailure)
  }
}

/** Whether the server would take mail now: a connection with greeting and sign-in, and no message. */
export async function probeServer(pool: Transporter, limits: Limits): Promise<string | null> {
  try {
    await within(limits.greetingMs, 'The mail server does not answer in time.', pool.verify())
    return null
  } catch (error) {
    const outcome = outcomeOfFailure(error as SmtpFailure)
    return `The mail server cannot be used: ${'reason' in outcome ? outcome.reason : 'it does not answer'}`
  }
}
