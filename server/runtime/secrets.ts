import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** Where a sealed value lives: a ciphertext moved to another row or field does not open. */
export interface SealedPlace {
  table: string
  row: string
  field: string
}

/** Seals and opens what must not lie in the database in the clear (invariants.md SEC-2). */
export interface Secrets {
  seal(text: string, place: SealedPlace): Buffer
  /** Throws when the ciphertext is damaged, sealed with another key, or from another place. */
  open(sealed: Buffer, place: SealedPlace): string
  /** A keyed hash for one purpose, 32 bytes. */
  mac(purpose: string, text: string): Buffer
}

export const SECRET_KEY_LENGTH_MIN = 32
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const FORMAT = 1

/** Works with the installation's data key. */
export function createSecrets(dataKey: Buffer): Secrets {
  const sealing = derive(dataKey, 'seal')
  return {
    seal: (text, place) => encrypt(sealing, Buffer.from(text, 'utf8'), placeText(place)),
    open: (sealed, place) => decrypt(sealing, sealed, placeText(place)).toString('utf8'),
    mac: (purpose, text) =>
      createHmac('sha256', derive(dataKey, `mac:${purpose}`))
        .update(text, 'utf8')
        .digest(),
  }
}

/** A new data key, wrapped by the operator's secret key. */
export function newDataKey(secretKey: string): { dataKey: Buffer; wrapped: Buffer } {
  const dataKey = randomBytes(KEY_BYTES)
  return { dataKey, wrapped: encrypt(wrappingKey(secretKey), dataKey, 'installation|data-key') }
}

/** The data key; throws when the secret key is not the one it was wrapped with. */
export function unwrapDataKey(secretKey: string, wrapped: Buffer): Buffer {
  return decrypt(wrappingKey(secretKey), wrapped, 'installation|data-key')
}

/** Tells keys apart without telling the key. */
export function secretKeyFingerprint(secretKey: string): string {
  return createHmac('sha256', wrappingKey(secretKey)).update('fingerprint').digest('hex').slice(0, 32)
}

function wrappingKey(secretKey: string): Buffer {
  return derive(Buffer.from(secretKey, 'utf8'), 'wrap')
}

function derive(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, 'tocsin', purpose, KEY_BYTES))
}

function placeText(place: SealedPlace): string {
  return `${place.table}|${place.row}|${place.field}`
}

function encrypt(key: Buffer, plain: Buffer, associated: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(associated, 'utf8'))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([Buffer.from([FORMAT]), nonce, cipher.getAuthTag(), body])
}

function decrypt(key: Buffer, sealed: Buffer, associated: string): Buffer {
  const head = 1 + NONCE_BYTES + TAG_BYTES
  if (sealed.length < head || sealed[0] !== FORMAT) throw new Error('A sealed value is damaged.')
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(associated, 'utf8'))
  decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, head))
  return Buffer.concat([decipher.update(sealed.subarray(head)), decipher.final()])
}
