import { describe, expect, test } from 'vitest'
import { addHours, addSeconds } from '../../runtime/time.ts'
import {
  type CallResult,
  decideAfterCall,
  decideVerification,
  nextCallAt,
  type VerificationDecision,
  type VerificationFacts,
} from './decide.ts'

const now = new Date('2026-11-24T09:00:00Z')
const longAgo = addHours(now, -1_000)
const almostADayAgo = addSeconds(addHours(now, -24), 1)
const aDayAgo = addHours(now, -24)

/** Complete, old, and not allowed by anybody. */
const facts = (more: Partial<VerificationFacts> = {}): VerificationFacts => ({
  hasSettings: true,
  createdAt: longAgo,
  settingsSavedAt: longAgo,
  allowedAt: null,
  refusal: null,
  expiresAt: null,
  ...more,
})

describe('a verification', () => {
  test.each<[string, Partial<VerificationFacts>, VerificationDecision['state']]>([
    ['is followed within a day of the source', { createdAt: almostADayAgo }, 'QUEUED'],
    ['is followed within a day of its settings', { settingsSavedAt: almostADayAgo }, 'QUEUED'],
    ['is followed within a day of being allowed', { allowedAt: almostADayAgo }, 'QUEUED'],
    [
      'is held once each of them is a day old',
      { createdAt: aDayAgo, settingsSavedAt: aDayAgo, allowedAt: aDayAgo },
      'HELD',
    ],
    ['is held where nobody expects it', {}, 'HELD'],
    ['is held until there are settings, even for a new source', { hasSettings: false, createdAt: now }, 'HELD'],
    ['is refused when it leads elsewhere, even for a new source', { refusal: 'Elsewhere.', createdAt: now }, 'REFUSED'],
    ['is followed while its code lasts', { createdAt: now, expiresAt: addSeconds(now, 1) }, 'QUEUED'],
    ['is over the moment its code is', { createdAt: now, expiresAt: now }, 'EXPIRED'],
    ['is over although it leads elsewhere', { refusal: 'Elsewhere.', expiresAt: longAgo }, 'EXPIRED'],
    ['is over although there are no settings', { hasSettings: false, expiresAt: longAgo }, 'EXPIRED'],
  ])('%s', (_title, given, state) => {
    expect(decideVerification(facts(given), now).state).toBe(state)
  })

  test.each<[string, Partial<VerificationFacts>, RegExp]>([
    ['that waits for settings says so', { hasSettings: false }, /^It is answered as soon as the settings are saved\.$/],
    ['that nobody expects says which button to press', {}, /press Allow verification/],
    ['that is refused says why', { refusal: 'The callback is not https.' }, /^The callback is not https\.$/],
    ['that ran out says how to get another', { expiresAt: now }, /Press resend/],
  ])('%s', (_title, given, reason) => {
    expect(decideVerification(facts(given), now)).toMatchObject({ reason: expect.stringMatching(reason) })
  })
})

describe('the next call of a source', () => {
  test.each([
    ['may leave at once when it is the first', null, now],
    ['waits until a minute after the last one', addSeconds(now, -20), addSeconds(now, 40)],
    ['waits a minute when one leaves now', now, addSeconds(now, 60)],
    ['waits behind one that is planned', addSeconds(now, 60), addSeconds(now, 120)],
    ['may leave once the minute is over', addSeconds(now, -60), now],
    ['is not planned into the past', longAgo, now],
  ])('%s', (_title, lastPlannedAt, expected) => {
    expect(nextCallAt(lastPlannedAt, now)).toEqual(expected)
  })
})

describe('after a call', () => {
  const status = (code: number): CallResult => ({ kind: 'status', status: code })
  const silence: CallResult = { kind: 'no-answer', reason: 'acme.4me.com did not answer in time.' }

  test('200 verifies, and nothing else does', () => {
    expect(decideAfterCall(status(200), 1, now)).toEqual({ state: 'VERIFIED' })
    for (const other of [201, 204, 301, 302, 400, 401, 403, 404, 410]) {
      expect(decideAfterCall(status(other), 1, now)).toEqual({
        state: 'FAILED',
        reason: `The other system answered ${other}. Press resend in the other system for a new verification.`,
      })
    }
  })

  test.each([429, 500, 502, 503])('%d may pass, and is tried again', (code) => {
    expect(decideAfterCall(status(code), 1, now)).toEqual({
      state: 'QUEUED',
      dueAt: addSeconds(now, 60),
      reason: `The other system answered ${code}.`,
    })
  })

  test('499 does not pass', () => {
    expect(decideAfterCall(status(499), 1, now).state).toBe('FAILED')
  })

  test.each([
    [1, 60],
    [2, 60],
    [3, 120],
    [4, 600],
  ])('silence at attempt %d is tried again %d s later', (attempts, seconds) => {
    expect(decideAfterCall(silence, attempts, now)).toEqual({
      state: 'QUEUED',
      dueAt: addSeconds(now, seconds),
      reason: 'acme.4me.com did not answer in time.',
    })
  })

  test.each([5, 6])('silence at attempt %d is the end, and says so', (attempts) => {
    expect(decideAfterCall(silence, attempts, now)).toEqual({
      state: 'FAILED',
      reason: 'acme.4me.com did not answer in time. Press resend in the other system for a new verification.',
    })
  })

  test('an answer at the last attempt still counts', () => {
    expect(decideAfterCall(status(200), 5, now)).toEqual({ state: 'VERIFIED' })
  })
})
