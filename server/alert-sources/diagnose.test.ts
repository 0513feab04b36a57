import { describe, expect, test } from 'vitest'
import { type ConnectionFacts, diagnose } from './diagnose.ts'

const now = new Date('2026-11-24T09:00:00Z')
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000)
const well: ConnectionFacts = {
  title: '4me',
  settingsSavedAt: ago(300),
  firstDeliveryAt: ago(299),
  firstRecordAt: ago(298),
  lastDeliveryAt: ago(1),
  verification: { state: 'VERIFIED', reason: null },
  missedAt: null,
  warnings: [],
}
const codes = (facts: Partial<ConnectionFacts>) => diagnose({ ...well, ...facts }, now).map((one) => one.code)
const warned = (code: string) => ({ warnings: [{ code, text: 'What 4me said.' }] })

describe('a connection', () => {
  test.each<[string, Partial<ConnectionFacts>, string[]]>([
    ['that is well has nothing', {}, []],
    ['whose settings are missing is told so by its checklist', { settingsSavedAt: null, lastDeliveryAt: null }, []],
    ['that is fresh is given time', { settingsSavedAt: ago(0.2), firstDeliveryAt: null, lastDeliveryAt: null }, []],
    ['that hears nothing', { firstDeliveryAt: null, lastDeliveryAt: null }, ['nothing-arrived']],
    [
      'whose callback leads elsewhere',
      { firstRecordAt: null, verification: { state: 'REFUSED', reason: 'x.' } },
      ['verification-refused'],
    ],
    [
      'whose callback waits',
      { firstRecordAt: null, verification: { state: 'HELD', reason: null } },
      ['verification-held'],
    ],
    [
      'whose code ran out',
      { firstRecordAt: null, verification: { state: 'EXPIRED', reason: null } },
      ['verification-failed'],
    ],
    ['whose callback is under way', { firstRecordAt: null, verification: { state: 'QUEUED', reason: null } }, []],
    ['that was verified once is not asked about later codes', { verification: { state: 'EXPIRED', reason: null } }, []],
    ['that missed a change since', { missedAt: ago(0.5) }, ['disabled']],
    ['that missed a change and heard again', { missedAt: ago(2) }, []],
    ['that is silent for six days', { lastDeliveryAt: ago(6 * 24 + 23) }, []],
    ['that is silent for a week', { lastDeliveryAt: ago(7 * 24) }, ['silent']],
    ['whose token is wrong', warned('4me-unauthorized'), ['4me-unauthorized']],
    ['whose token lost a scope', warned('4me-forbidden'), ['4me-forbidden']],
    ['with a warning that explains itself', warned('quarantined'), []],
  ])('%s', (_title, facts, expected) => {
    expect(codes(facts)).toEqual(expected)
  })

  test('tells apart what a token lacks', () => {
    const title = (code: string) => diagnose({ ...well, ...warned(code) }, now)[0]?.title
    expect(title('4me-write-forbidden')).toBe('The token may not write')
    expect(title('4me-people-forbidden')).toBe('The token may not look people up')
    expect(title('4me-forbidden')).toBe('The token lost a scope')
  })
})
