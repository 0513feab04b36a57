import { ownValue } from '../templates/values.ts'
import type { Literal } from './tree.ts'

/** A value of the data, or of the condition itself. */
export type Found = Literal | object | undefined

const INTEGER = /^-?\d{1,19}$/
const FLOAT = /^-?\d{1,300}\.\d{1,300}$/
/** Later than any second of this millennium's lifetime, earlier than any millisecond that matters. */
const MILLISECONDS_FROM = 100_000_000_000

export function foundAt(root: unknown, keys: readonly (string | number)[]): Found {
  let value = root
  for (const key of keys) value = ownValue(value, key)
  return value as Found
}

/** The same value, with the casts ICL makes: `'1' == 1`, `'TRUE' == true`, texts whatever their case, nil with nil. */
export function equal(one: Found, other: Found): boolean {
  if (isNil(one) || isNil(other)) return isNil(one) && isNil(other)
  if (typeof one === 'object' || typeof other === 'object') return sameStructure(one, other)
  const isText = typeof one === 'string' && typeof other === 'string'
  const order = isText ? null : compare(one, other)
  if (order !== null) return order === 0
  return String(one).toLowerCase() === String(other).toLowerCase()
}

function sameStructure(one: Found, other: Found): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return false
  try {
    return JSON.stringify(one) === JSON.stringify(other)
  } catch {
    return false
  }
}

/** -1, 0 or 1 for two numbers, also such as are written as text; null for anything else. */
export function compare(one: Found, other: Found): number | null {
  const [left, right] = [numberOf(one), numberOf(other)]
  if (left === null || right === null) return null
  // Whole numbers are exact; with a fraction on one side both are compared as fractions.
  if (typeof left === 'bigint' && typeof right === 'bigint') return left === right ? 0 : left < right ? -1 : 1
  const [a, b] = [Number(left), Number(right)]
  return a === b ? 0 : a < b ? -1 : 1
}

function numberOf(value: Found): bigint | number | null {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return null
    return Number.isInteger(value) ? BigInt(value) : value
  }
  if (typeof value !== 'string') return null
  if (INTEGER.test(value)) return BigInt(value)
  return FLOAT.test(value) ? Number(value) : null
}

/** A value as text for the operators of texts; null for what has no text. */
export function textFor(value: Found): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return null
}

/** An instant: ISO, epoch seconds or milliseconds; null when it is none. */
export function instantOf(value: Found): Date | null {
  const number = numberOf(value)
  const ms =
    number === null
      ? typeof value === 'string'
        ? Date.parse(value)
        : Number.NaN
      : Number(number) * (Math.abs(Number(number)) < MILLISECONDS_FROM ? 1_000 : 1)
  const instant = new Date(ms)
  return Number.isNaN(instant.getTime()) ? null : instant
}

function isNil(value: Found): value is null | undefined {
  return value === null || value === undefined
}
