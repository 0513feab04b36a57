import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'
import type { PhoneBrowser } from './store.ts'

const TAG_BYTES = 16

/** A browser's own keys: what a subscription shows of them is public. */
export function newBrowser(id: string): PhoneBrowser {
  const ecdh = createECDH('prime256v1')
  ecdh.generateKeys()
  return {
    id,
    publicKey: ecdh.getPublicKey('base64url'),
    privateKey: ecdh.getPrivateKey('base64url'),
    auth: randomBytes(16).toString('base64url'),
  }
}

/** Decrypts a push as a browser does (RFC 8291 over RFC 8188, one record); throws when it was meant for another one. */
export function decryptPush(browser: PhoneBrowser, body: Buffer): string {
  const salt = body.subarray(0, 16)
  const keyLength = body.readUInt8(20)
  const senderKey = body.subarray(21, 21 + keyLength)
  const sealed = body.subarray(21 + keyLength)
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(Buffer.from(browser.privateKey, 'base64url'))
  const shared = ecdh.computeSecret(senderKey)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), Buffer.from(browser.publicKey, 'base64url'), senderKey])
  const material = Buffer.from(hkdfSync('sha256', shared, Buffer.from(browser.auth, 'base64url'), info, 32))
  const key = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: aes128gcm\0', 16))
  const nonce = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: nonce\0', 12))
  const decipher = createDecipheriv('aes-128-gcm', key, nonce)
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  const plain = Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()])
  // The last record ends with 2 and padding.
  return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8')
}
