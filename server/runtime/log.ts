import pino from 'pino'

/** One line per outcome; the message is a stable name, the facts are fields. */
export type Log = pino.Logger

const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'setCookie',
  '["set-cookie"]',
  '["x-4me-signature"]',
  'authToken',
  'token',
  'password',
  'passwordHash',
  'code',
  'secret',
  'secretKey',
  'apiKey',
  'integrationKey',
  'connectionString',
]

// An error's own `code` (ECONNREFUSED, 23505) is a fact, not a secret; only requests and bodies carry secret codes.
const PATHS = SECRET_FIELDS.flatMap((field) => {
  const below = (parent: string) => (field.startsWith('[') ? `${parent}${field}` : `${parent}.${field}`)
  const nested = ['req.headers', 'res.headers', 'headers', 'body', 'query', 'settings', 'request'].map(below)
  return field === 'code' ? [field, ...nested] : [field, below('*'), ...nested]
})

const REDACTED = '…'

/** The address without what opens doors: integration keys, tokens and codes in it, user and password. */
export function redactUrl(url: string): string {
  return url
    .replace(/(\/\/)[^/?#@\s]*@/g, `$1${REDACTED}@`)
    .replace(/(\/events\/[^/?#\s]+\/)[^/?#\s]+/g, `$1${REDACTED}`)
    .replace(/(\/(?:answer|answers|first-sign-in|sign-in|welcome|reset|invite|a)\/)[^/?#\s]+/g, `$1${REDACTED}`)
    .replace(/([?&#](?:[\w.-]*(?:token|key|code|secret|password|signature)[\w.-]*)=)[^&#\s]*/gi, `$1${REDACTED}`)
}

/** The process's log: JSON lines on standard output, short coloured lines when somebody watches a terminal. */
export function createLog(options: { level: string; destination?: pino.DestinationStream; pretty?: boolean }): Log {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: PATHS, censor: REDACTED },
    serializers: { err: safeError, url: (url: unknown) => (typeof url === 'string' ? redactUrl(url) : url) },
  }
  const pretty = options.pretty ?? (options.destination === undefined && process.stdout.isTTY === true)
  const destination = options.destination ?? pino.destination({ fd: 1, sync: true })
  return pino(settings, pretty ? { write: (line: string) => void destination.write(prettyLine(line)) } : destination)
}

/** A log that says nothing, for tests. */
export function silentLog(): Log {
  return pino({ level: 'silent' })
}

function safeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? redactUrl(error) : error
  const { name, message, stack, cause } = error
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  // Other fields of an error may carry rows, requests or settings.
  return {
    type: name,
    ...code,
    message: redactUrl(message),
    ...(stack ? { stack: redactUrl(stack) } : {}),
    ...(cause ? { cause: safeError(cause) } : {}),
  }
}

const COLOURS: Record<string, string> = { fatal: '41', error: '31', warn: '33', info: '36', debug: '90', trace: '90' }

function prettyLine(line: string): string {
  const { level, time, msg, err, ...facts } = JSON.parse(line)
  const told = Object.entries(facts).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const trouble = err ? `\n  ${err.stack ?? err.message ?? JSON.stringify(err)}` : ''
  const at = String(time).slice(11, 23)
  return `\u001b[90m${at}\u001b[0m \u001b[${COLOURS[level] ?? '0'}m${String(level).padEnd(5)}\u001b[0m ${msg ?? ''} \u001b[90m${told.join(' ')}\u001b[0m${trouble}\n`
}
