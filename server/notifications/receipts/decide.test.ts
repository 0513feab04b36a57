import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFurther, type ReceiptState } from './decide.ts'

const states: ReceiptState[] = ['WAITING', 'UNDELIVERED', 'DELIVERED', 'ANSWERED']

test('receipts in any order, however often, end in the furthest of them', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...states), { minLength: 1, maxLength: 20 }), (receipts) => {
      let known: ReceiptState | null = null
      for (const news of receipts) {
        const before: number = known === null ? -1 : states.indexOf(known)
        if (isFurther(known, news)) known = news
        expect(states.indexOf(known ?? 'WAITING')).toBeGreaterThanOrEqual(before)
      }
      expect(known).toBe(states[Math.max(...receipts.map((one) => states.indexOf(one)))])
    }),
  )
})

test.each<[string, string | null, ReceiptState, boolean]>([
  ['the first receipt', null, 'WAITING', true],
  ['a receipt that goes on', 'UNDELIVERED', 'DELIVERED', true],
  ['the same receipt again', 'DELIVERED', 'DELIVERED', false],
  ['a receipt that comes late', 'ANSWERED', 'UNDELIVERED', false],
])('%s: after %s, %s is news: %s', (_title, known, news, isNews) => {
  expect(isFurther(known, news)).toBe(isNews)
})
