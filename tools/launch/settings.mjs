import path from 'node:path'
import { root } from '../setup/places.mjs'
import { StopSentence } from '../setup/stop-sentence.mjs'

const SECRET_KEY_LENGTH_MIN = 32
const SANDBOX_HOST = '127.0.0.1'

/**
 * What the launcher itself has to know of the settings; the server reads the others.
 * @param {NodeJS.ProcessEnv} env
 * @param {{ isDev?: boolean }} [options]
 */
export function readLaunchSettings(env, { isDev = false } = {}) {
  const isDemo = readDemo(env)
  const host = env.HOST?.trim() || '127.0.0.1'
  const hasOwnDatabase = !env.DATABASE_URL?.trim()
  requireSecretKey(env, hasOwnDatabase)
  const doors = [door(env, 'PORT', 4000, 'HOST', host)]
  if (isDemo) {
    doors.push(
      door(env, 'SANDBOX_PORT', 4100, 'SANDBOX_HOST', SANDBOX_HOST),
      door(env, 'INBOX_PORT', 4101, 'SANDBOX_HOST', SANDBOX_HOST),
      door(env, 'INBOX_SMTP_PORT', 4125, 'SANDBOX_HOST', SANDBOX_HOST),
    )
  }
  if (isDev) doors.push(door(env, 'WEB_PORT', 5173, 'HOST', host))
  refuseSharedPorts(doors)
  return { isDemo, isDev, host, doors, dataDir: dataFolder(env), needsFolder: isDemo || hasOwnDatabase }
}

/**
 * The data folder as an absolute path: beside the program when nothing is said.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string}
 */
export function dataFolder(env) {
  const said = env.TOCSIN_DATA_DIR?.trim()
  return said ? path.resolve(said) : path.join(root, 'data')
}

function readDemo(env) {
  const text = env.TOCSIN_DEMO?.trim() || '1'
  if (text !== '0' && text !== '1') {
    throw new StopSentence(`TOCSIN_DEMO must be 1, or 0 for the product alone, not ${JSON.stringify(text)}.`)
  }
  return text === '1'
}

function requireSecretKey(env, hasOwnDatabase) {
  const key = env.TOCSIN_SECRET_KEY?.trim()
  if (!key && !hasOwnDatabase) {
    throw new StopSentence(
      'With DATABASE_URL set, TOCSIN_SECRET_KEY is needed too: the same string of 32 or more characters on every node.',
    )
  }
  if (key && key.length < SECRET_KEY_LENGTH_MIN) {
    throw new StopSentence(
      `TOCSIN_SECRET_KEY must have ${SECRET_KEY_LENGTH_MIN} or more characters; it has ${key.length}.`,
    )
  }
}

function door(env, name, otherwise, hostName, host) {
  const text = env[name]?.trim() || String(otherwise)
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new StopSentence(`${name} must be a whole number from 0 to 65535, not ${JSON.stringify(text)}.`)
  }
  return { name, port: Number(text), hostName, host }
}

function refuseSharedPorts(doors) {
  for (const [index, one] of doors.entries()) {
    const other = doors.slice(0, index).find(({ port }) => port !== 0 && port === one.port)
    if (other)
      throw new StopSentence(`${one.name} and ${other.name} are both ${one.port}; give one of them another port.`)
  }
}
