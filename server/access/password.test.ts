import { expect, test } from 'vitest'
import { hashPassword, verifyPassword } from './password.ts'

test('only the password itself opens its hash', async () => {
  const hash = await hashPassword('a short sentence works')
  expect(hash).toMatch(/^\$argon2id\$/)
  expect(await verifyPassword(hash, 'a short sentence works')).toBe(true)
  expect(await verifyPassword(hash, 'a short sentence Works')).toBe(false)
})

test('the same umlaut from another keyboard is the same password', async () => {
  const hash = await hashPassword('Gr\u00fc\u00dfe aus Wien')
  expect(await verifyPassword(hash, 'Gru\u0308\u00dfe aus Wien')).toBe(true)
})

test('nobody signs in without a password', async () => {
  expect(await verifyPassword(null, 'nobody')).toBe(false)
})
