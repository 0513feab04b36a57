import { createHash, randomBytes } from 'node:crypto'
import type { State } from './model.ts'

/** Bytes nobody can guess; with a seed the same ones in the same order, so that a run can be repeated. */
export function bytesOf(state: State, count: number): Buffer {
  if (state.chance.seed === null) return randomBytes(count)
  const parts: Buffer[] = []
  for (let length = 0; length < count; length += 32) {
    state.chance.drawn += 1
    parts.push(createHash('sha256').update(`${state.chance.seed}/${state.chance.drawn}`).digest())
  }
  return Buffer.concat(parts).subarray(0, count)
}

/** A UUID of version 4. */
export function uuidOf(state: State): string {
  const bytes = bytesOf(state, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** A text of letters and digits. */
export function textOf(state: State, length: number, alphabet: string): string {
  let text = ''
  // Bytes beyond the last whole round of the alphabet would favour its first letters.
  const limit = 256 - (256 % alphabet.length)
  while (text.length < length) {
    for (const byte of bytesOf(state, length)) {
      if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length]
    }
  }
  return text
}
