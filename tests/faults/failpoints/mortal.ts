import pg from 'pg'
import type { Answer, JsonClient } from '../../support/json-client.ts'
import type { FaultWindow } from '../fault-windows.ts'
import { type Installation, isReady } from '../product.ts'
import { until } from '../until.ts'

/** A node that may die at any moment and is started again, and those who talk to it as long as it takes. */
export interface Mortal {
  url: string
  /** As an administrator; calls again until there is an answer. */
  call<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>
  /** As an administrator; looks whether it is there already when nobody knows whether it was made. */
  post<T>(path: string, body?: unknown): Promise<T>
  put<T>(path: string, body?: unknown): Promise<T>
  get<T>(path: string): Promise<T>
  /** As anybody. */
  outside<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>
  /** Asks the database itself; nothing where its tables are not made yet. */
  ask(statement: string): Promise<void>
  /** All that it said, over all its lives. */
  words(): string
  deaths(): number
  windows: FaultWindow[]
  /** Resolves when it is ready. */
  ready(): Promise<void>
  /** No more lives. */
  end(): Promise<void>
}

const ANSWER_MS_MAX = 60_000
const READY_MS_MAX = 60_000
const MISSING_TABLE = '42P01'
/** More than any lease lasts. */
const LEASE = "interval '60 s'"

/** Starts a node with `first` in its environment; its later lives are ordinary. */
export function startMortal(installation: Installation, databaseUrl: string, first: Record<string, string>): Mortal {
  const { url } = installation
  const windows: FaultWindow[] = []
  let isOver = false
  let words = ''
  let running = installation.start({ env: first })
  let failure: Error | null = null

  const ask = async (statement: string) => {
    const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 })
    client.on('error', () => {})
    await client.connect()
    try {
      await client.query(statement)
    } catch (cause) {
      if ((cause as { code?: string }).code !== MISSING_TABLE) throw cause
    } finally {
      await client.end()
    }
  }

  const living = (async () => {
    for (;;) {
      const code = await running.ended
      words += running.stdout()
      if (isOver) return
      const from = Date.now()
      if (code !== null) throw new Error(`The node ended with ${code}: ${running.stderr()}`)
      // Nobody lives, so what the dead one held is free once its time is over; that passes at once.
      for (const table of ['notification', 'lookup', 'verification'])
        await ask(`update ${table} set lease_until = lease_until - ${LEASE} where lease_until is not null`)
      running = installation.start()
      await running.ready(READY_MS_MAX)
      windows.push({ from, until: Date.now() })
    }
  })()
  living.catch((cause: Error) => {
    failure = cause
  })

  /** `look`: what may have come of an attempt that nobody answered. */
  const persist = (client: JsonClient, look?: () => Promise<unknown>) => {
    return async <T>(method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
      let isRepetition = false
      return until(`${method} ${path} is answered`, ANSWER_MS_MAX, async () => {
        if (failure) throw failure
        try {
          const found = isRepetition && (await look?.())
          if (found) return { status: 200, headers: new Headers(), body: found as T }
          const answer = await client.call<T>(method, path, body, headers)
          if (answer.status !== 503) return answer
        } catch {
          // It died; the next one answers.
        }
        isRepetition = true
        return null
      })
    }
  }
  const call: Mortal['call'] = persist(installation.api)
  return {
    url,
    call,
    async post(path, body) {
      const { name, email } = (body ?? {}) as { name?: string; email?: string }
      const one = email ? `${path}/${email}` : name ? `${path}/name/${encodeURIComponent(name)}` : null
      const look = one
        ? async () => {
            const { status, body: found } = await installation.api.call('GET', one)
            return status === 200 ? found : null
          }
        : undefined
      return bodyOf(await persist(installation.api, look)('POST', path, body), path) as never
    },
    put: async (path, body) => bodyOf(await call('PUT', path, body), path) as never,
    get: async (path) => bodyOf(await call('GET', path), path) as never,
    outside: persist(installation.outside),
    ask,
    words: () => words + running.stdout(),
    deaths: () => windows.length,
    windows,
    ready: async () => {
      await until(`${url} is ready`, READY_MS_MAX, () => {
        if (failure) throw failure
        return isReady(url)
      })
    },
    async end() {
      isOver = true
      await running.kill()
      await living.catch(() => {})
    },
  }
}

function bodyOf<T>({ status, body }: Answer<T>, path: string): T {
  if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
  return body
}
