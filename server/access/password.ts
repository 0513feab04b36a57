import { hash, verify } from '@node-rs/argon2'

/** argon2id, the library's default, with OWASP's memory and time. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** What is stored of a password: salted, and slow to guess. */
export async function hashPassword(text: string): Promise<string> {
  return hash(typed(text), COST)
}

let nobodysHash: Promise<string> | undefined

/** True when the password is the hashed one; without a hash it is false, and takes as long. */
export async function verifyPassword(passwordHash: string | null, text: string): Promise<boolean> {
  nobodysHash ??= hashPassword('nobody')
  const isRight = await verify(passwordHash ?? (await nobodysHash), typed(text))
  return passwordHash !== null && isRight
}

// The same letters come composed from one keyboard and decomposed from another.
function typed(text: string): string {
  return text.normalize('NFKC')
}
