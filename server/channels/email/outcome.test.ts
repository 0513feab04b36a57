import { describe, expect, test } from 'vitest'
import { outcomeOfFailure, type SmtpFailure } from './outcome.ts'

describe('a failed attempt', () => {
  test.each<[string, SmtpFailure, 'retry' | 'refused', string]>([
    [
      'with a recipient the server does not know is final',
      { responseCode: 550, response: '550 5.1.1 No such user', command: 'RCPT TO' },
      'refused',
      'The SMTP server refuses the recipient: 550 5.1.1 No such user.',
    ],
    [
      'with a message the server does not want is final',
      { responseCode: 554, response: '554 Spam', command: 'DATA' },
      'refused',
      'The SMTP server refuses the message: 554 Spam.',
    ],
    [
      'with a sender the server does not want is ours to mend',
      { responseCode: 550, response: '550 Not you', command: 'MAIL FROM' },
      'retry',
      'The SMTP server refuses the sender. Check TOCSIN_MAIL_FROM: 550 Not you.',
    ],
    [
      'at the greeting is ours to mend',
      { responseCode: 554, response: '554 No service here', command: 'CONN' },
      'retry',
      'The SMTP server refuses to talk to us. Check SMTP_URL: 554 No service here.',
    ],
    [
      'of a command nobody named is ours to mend',
      { responseCode: 500, response: '500 What?' },
      'retry',
      'The SMTP server refuses to talk to us. Check SMTP_URL: 500 What?',
    ],
    [
      'that is temporary is tried again, also for a recipient',
      { responseCode: 450, response: '450 Greylisted', command: 'RCPT TO' },
      'retry',
      'The SMTP server asks to try later: 450 Greylisted.',
    ],
    [
      'with the last of the temporary codes is tried again',
      { responseCode: 499, command: 'RCPT TO' },
      'retry',
      'The SMTP server asks to try later: 499.',
    ],
    [
      'with the first of the final codes is final',
      { responseCode: 500, command: 'RCPT TO' },
      'refused',
      'The SMTP server refuses the recipient: 500.',
    ],
  ])('%s', (_title, failure, kind, reason) => {
    expect(outcomeOfFailure(failure)).toMatchObject({ kind, reason })
  })

  test.each([
    ['550 5.1.1 No such user', true],
    ['550 5.1.10 Recipient not found', true],
    ['550 5.2.1 Mailbox disabled', true],
    ['550 Nobody here', true],
    ['551 Moved away', true],
    ['550 5.7.1 Looks like spam', false],
    ['552 5.2.2 Mailbox full', false],
    ['554 No thanks', false],
  ])('"%s" says that the mailbox is gone: %s', (response, isGone) => {
    const outcome = outcomeOfFailure({ responseCode: Number(response.slice(0, 3)), response, command: 'RCPT TO' })
    expect(outcome.kind === 'refused' && outcome.isGone === true).toBe(isGone)
  })

  test.each([530, 534, 535, 538])('with %d is about our login, whatever command it answers', (responseCode) => {
    const answer = { responseCode, response: `${responseCode} Denied`, command: 'RCPT TO' }
    expect(outcomeOfFailure(answer)).toEqual({
      kind: 'retry',
      reason: `The SMTP server does not accept the login. Check user and password in SMTP_URL: ${responseCode} Denied.`,
    })
  })

  test('of the login is named without an answer too', () => {
    expect(outcomeOfFailure({ code: 'EAUTH' })).toEqual({
      kind: 'retry',
      reason: 'The SMTP server does not accept the login. Check user and password in SMTP_URL.',
    })
  })
})

describe('without an answer', () => {
  test.each([
    ['EABORT', 'The attempt was called off.'],
    ['ETIMEDOUT', 'The SMTP server did not answer in time.'],
    ['EDNS', 'The host of SMTP_URL cannot be found.'],
    ['ETLS', 'There is no verified TLS connection to the SMTP server.'],
    ['EREQUIRETLS', 'There is no verified TLS connection to the SMTP server.'],
    ['ECONNECTION', 'The connection to the SMTP server failed (ECONNECTION).'],
    [undefined, 'The connection to the SMTP server failed.'],
  ])('%s is tried again, and told in words', (code, reason) => {
    expect(outcomeOfFailure(code === undefined ? {} : { code })).toEqual({ kind: 'retry', reason })
  })
})

describe('a reason', () => {
  const reasonFor = (response: string) => {
    const outcome = outcomeOfFailure({ responseCode: 550, response, command: 'RCPT TO' })
    return outcome.kind === 'sent' ? '' : outcome.reason
  }

  test('names no address, however it is written', () => {
    expect(reasonFor('550 <ann.lee+x@mail.example.org>: unknown, ask a@b')).toBe(
      'The SMTP server refuses the recipient: 550 <…>: unknown, ask …',
    )
  })

  test('is one line that ends like a sentence', () => {
    expect(reasonFor('550-No\r\n550 such user!')).toBe('The SMTP server refuses the recipient: 550-No 550 such user!')
    expect(reasonFor('550 Why? Full')).toBe('The SMTP server refuses the recipient: 550 Why? Full.')
  })

  test('is bounded, however much the server says', () => {
    expect(reasonFor(`550 ${'x'.repeat(5_000)}`)).toHaveLength(250)
  })
})
