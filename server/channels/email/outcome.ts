import { oneLine } from '../../runtime/text.ts'
import type { Outcome } from '../contract.ts'

/** What nodemailer says of a failed attempt; all of it may be missing. */
export interface SmtpFailure {
  code?: string
  responseCode?: number
  response?: string
  command?: string
}

const REASON_LENGTH_MAX = 250
/** Replies about our login, whatever command they answer. */
const LOGIN_REPLIES = [530, 534, 535, 538]

/** What a failed attempt means for the page. A refusal is final only when it is about the recipient or the message. */
export function outcomeOfFailure(failure: SmtpFailure): Outcome {
  const reply = failure.responseCode
  const word = reply === undefined ? '' : `: ${withoutAddresses(failure.response ?? String(reply))}`
  if (failure.code === 'EAUTH' || (reply !== undefined && LOGIN_REPLIES.includes(reply))) {
    return retry(`The SMTP server does not accept the login. Check user and password in SMTP_URL${word}`)
  }
  if (reply === undefined) return retry(withoutReply(failure.code ?? ''))
  if (reply < 500) return retry(`The SMTP server asks to try later${word}`)
  switch (failure.command) {
    case 'RCPT TO':
      return {
        kind: 'refused',
        reason: cut(`The SMTP server refuses the recipient${word}`),
        ...(isGone(reply, failure.response ?? '') ? { isGone: true } : {}),
      }
    case 'DATA':
      return { kind: 'refused', reason: cut(`The SMTP server refuses the message${word}`) }
    case 'MAIL FROM':
      return retry(`The SMTP server refuses the sender. Check TOCSIN_MAIL_FROM${word}`)
    default:
      return retry(`The SMTP server refuses to talk to us. Check SMTP_URL${word}`)
  }
}

/** True when there is no such mailbox; a refusal for policy or size says nothing of the address. */
function isGone(reply: number, response: string): boolean {
  const status = /\b5\.(\d{1,3})\.(\d{1,3})\b/.exec(response)
  if (status) return status[1] === '1' || (status[1] === '2' && status[2] === '1')
  return reply === 550 || reply === 551 || reply === 553
}

function retry(reason: string): Outcome {
  return { kind: 'retry', reason: cut(reason) }
}

function cut(reason: string): string {
  const line = oneLine(reason, REASON_LENGTH_MAX)
  return /[.…!?]$/.test(line) ? line : `${line}.`
}

/** Reasons end up in logs, and addresses must not. */
function withoutAddresses(text: string): string {
  return oneLine(text, REASON_LENGTH_MAX).replace(/[^\s<>@]+@[^\s<>@]+/g, '…')
}

function withoutReply(code: string): string {
  switch (code) {
    case 'EABORT':
      return 'The attempt was called off.'
    case 'ETIMEDOUT':
      return 'The SMTP server did not answer in time.'
    case 'EDNS':
      return 'The host of SMTP_URL cannot be found.'
    case 'ETLS':
    case 'EREQUIRETLS':
      return 'There is no verified TLS connection to the SMTP server.'
    default:
      return `The connection to the SMTP server failed${code === '' ? '' : ` (${code})`}.`
  }
}
