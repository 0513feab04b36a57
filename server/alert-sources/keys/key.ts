import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'
const PUBLIC_LENGTH = 10
const SECRET_LENGTH = 32
const CHECK_LENGTH = 6
const SHAPE = new RegExp(
  `^tik_([A-Za-z0-9]{${PUBLIC_LENGTH}})([A-Za-z0-9]{${SECRET_LENGTH}})([A-Za-z0-9]{${CHECK_LENGTH}})$`,
)

export interface IntegrationKey {
  /** Found in the database by this part; it opens nothing. */
  publicId: string
  text: string
}

/** A new integration key: a prefix that tells what it is, 180 random bits, and a checksum against typing errors. */
export function newIntegrationKey(): IntegrationKey {
  const publicId = randomText(PUBLIC_LENGTH)
  const secret = randomText(SECRET_LENGTH)
  return { publicId, text: `tik_${publicId}${secret}${checkOf(publicId + secret)}` }
}

/** The public part of a key as somebody sent it; null for a text that cannot be one. */
export function readPublicId(text: string): string | null {
  const [, publicId, secret, check] = SHAPE.exec(text) ?? []
  if (!publicId || !secret || checkOf(publicId + secret) !== check) return null
  return publicId
}

/** What is stored to recognise a key by. */
export function hashKey(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}

/** True when the text is the key behind this hash; takes as long either way. */
export function isKey(text: string, hash: Buffer): boolean {
  return timingSafeEqual(hashKey(text), hash)
}

function checkOf(text: string): string {
  const digest = createHash('sha256').update(text, 'utf8').digest()
  return Array.from({ length: CHECK_LENGTH }, (_, at) => ALPHABET[(digest[at] ?? 0) % ALPHABET.length]).join('')
}

function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      // Bytes past the last whole alphabet would make its first letters likelier.
      if (byte < 256 - (256 % ALPHABET.length) && text.length < length) text += ALPHABET[byte % ALPHABET.length]
    }
  }
  return text
}
