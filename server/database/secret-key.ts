import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

const FILE = 'secret-key'
const KEY_BYTES = 32

/** The secret key kept in the data folder, made when there is none. Throws a sentence when others could read it. */
export function keptSecretKey(dataFolder: string): string {
  const file = path.join(dataFolder, FILE)
  const found = fs.statSync(file, { throwIfNoEntry: false })
  if (!found) return create(file)
  if ((found.mode & 0o077) !== 0) {
    throw new Error(`The file ${file} can be read by other users; run: chmod 600 ${file}`)
  }
  const key = fs.readFileSync(file, 'utf8').trim()
  if (key.length < KEY_BYTES)
    throw new Error(`The file ${file} is empty or damaged; restore it from a backup, or set TOCSIN_SECRET_KEY.`)
  return key
}

/** Written aside and named when complete, so that a crash leaves either no key or the whole one. */
function create(file: string): string {
  const key = randomBytes(KEY_BYTES).toString('base64url')
  const half = `${file}.new-${process.pid}`
  const fd = fs.openSync(half, 'w', 0o600)
  try {
    fs.writeSync(fd, `${key}\n`)
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
  fs.renameSync(half, file)
  return key
}
