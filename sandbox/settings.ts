/** What an operator may decide about the pretend outside world. */
export interface SandboxOptions {
  host: string
  sandboxPort: number
  inboxPort: number
  smtpPort: number
  dataDir: string
  /** Retry delays and waits are divided by it. */
  timeScale: number
  account: string
  /** Where others reach the 4me sandbox; null means host and port. */
  publicUrl: string | null
  /** Makes ids, codes and tokens of a new account repeatable; null: nobody can guess them. */
  randomSeed: string | null
  /** What a new account has lived through: a little closed history, or also a night's tickets. */
  story: 'plain' | 'night'
}

/** A reason not to start, as one sentence for the person at the terminal. */
export class CannotStart extends Error {}

const DEFAULTS: SandboxOptions = {
  host: '127.0.0.1',
  sandboxPort: 4100,
  inboxPort: 4101,
  smtpPort: 4125,
  dataDir: './data/sandbox',
  timeScale: 1,
  account: 'acme',
  publicUrl: null,
  randomSeed: null,
  story: 'plain',
}
/** Slower than this and a retry would be due after the end of the calendar. */
export const TIME_SCALE_MIN = 0.001
export const TIME_SCALE_MAX = 100_000

/** The options an environment asks for; throws CannotStart with a sentence that names the variable. */
export function optionsFromEnvironment(env: Record<string, string | undefined>): SandboxOptions {
  return completeOptions({
    ...given('host', env.SANDBOX_HOST),
    ...given('sandboxPort', portFrom(env, 'SANDBOX_PORT')),
    ...given('inboxPort', portFrom(env, 'INBOX_PORT')),
    ...given('smtpPort', portFrom(env, 'INBOX_SMTP_PORT')),
    ...given('dataDir', env.SANDBOX_DATA_DIR),
    ...given('timeScale', numberFrom(env, 'SANDBOX_TIME_SCALE')),
    ...given('account', env.SANDBOX_ACCOUNT),
    ...given('publicUrl', env.SANDBOX_PUBLIC_URL),
    ...given('randomSeed', env.SANDBOX_RANDOM_SEED),
    ...given('story', storyFrom(env.SANDBOX_STORY)),
  })
}

/** The same, and what stands behind the command: `--seed TEXT` is a bad night that is the same for the same text. */
export function optionsFromCommand(env: Record<string, string | undefined>, args: readonly string[]): SandboxOptions {
  const options = optionsFromEnvironment(env)
  if (args.length === 0) return options
  const [name, seed] = (args[0] ?? '').startsWith('--seed=') ? ['--seed', args[0]?.slice('--seed='.length)] : args
  if (name !== '--seed' || !seed || args.length > 2)
    throw new CannotStart('The only option is --seed TEXT: a night of tickets, the same for the same text.')
  return { ...options, randomSeed: seed, story: 'night' }
}

/** Fills in what was left out and refuses what cannot work. */
export function completeOptions(some: Partial<SandboxOptions>): SandboxOptions {
  const options = { ...DEFAULTS, ...some }
  if (!(options.timeScale >= TIME_SCALE_MIN && options.timeScale <= TIME_SCALE_MAX)) {
    throw new CannotStart(`SANDBOX_TIME_SCALE must be a number from ${TIME_SCALE_MIN} to ${TIME_SCALE_MAX}.`)
  }
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(options.account)) {
    throw new CannotStart('SANDBOX_ACCOUNT must consist of small letters, digits and hyphens, e.g. acme.')
  }
  return options.publicUrl === null ? options : { ...options, publicUrl: originOf(options.publicUrl) }
}

function storyFrom(text: string | undefined): SandboxOptions['story'] | undefined {
  if (text === undefined || text === '') return undefined
  if (text !== 'plain' && text !== 'night') throw new CannotStart('SANDBOX_STORY must be plain or night.')
  return text
}

function given<K extends keyof SandboxOptions>(key: K, value: SandboxOptions[K] | undefined | '') {
  return value === undefined || value === '' ? {} : { [key]: value }
}

function numberFrom(env: Record<string, string | undefined>, name: string): number | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  if (!Number.isFinite(value)) throw new CannotStart(`${name} must be a number, but is "${text}".`)
  return value
}

function portFrom(env: Record<string, string | undefined>, name: string): number | undefined {
  const port = numberFrom(env, name)
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new CannotStart(`${name} must be a port from 0 to 65535 (0 takes any free one), but is "${env[name]}".`)
  }
  return port
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new CannotStart(`SANDBOX_PUBLIC_URL must be an address without a path, such as http://127.0.0.1:4100.`)
  }
  return url.origin
}
