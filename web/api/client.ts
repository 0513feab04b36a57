import { Problem, Unreachable } from './problem.ts'
import { setReachable } from './reachability.ts'

let csrfToken = ''

/** Remembers the session's token; every change sends it. */
export function rememberToken(token: string): void {
  csrfToken = token
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
const AWAY = new Set([502, 503, 504])

/** One call to the API: the parsed body, or a thrown `Problem` or `Unreachable`. */
export async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  return (await exchange<T>(method, path, body, 0)).body
}

/** What is read in the context of teams: 0 is all of it. */
export async function callInContext<T>(path: string, teamContext = 0): Promise<T> {
  return (await exchange<T>('GET', path, undefined, teamContext)).body
}

/** A page of a list, and the cursor of the next one; null after the last. */
export async function callPage<T>(path: string, teamContext = 0): Promise<{ rows: T[]; next: string | null }> {
  const { body, headers } = await exchange<T[]>('GET', path, undefined, teamContext)
  return { rows: body, next: headers.get('next-cursor') }
}

async function exchange<T>(
  method: Method,
  path: string,
  body: unknown,
  teamContext: number,
): Promise<{ body: T; headers: Headers }> {
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (teamContext !== 0) headers['Team-Context'] = String(teamContext)
  if (method !== 'GET' && csrfToken) headers['X-CSRF-Token'] = csrfToken
  const init: RequestInit = { method, headers, credentials: 'same-origin' }
  if (body !== undefined) init.body = JSON.stringify(body)

  const answer = await fetch(`/api${path}`, init).catch(() => null)
  if (!answer || AWAY.has(answer.status)) {
    setReachable(false)
    throw new Unreachable()
  }
  setReachable(true)
  const text = await answer.text()
  const parsed = parse(text)
  if (!answer.ok) throw new Problem(answer.status, parsed as ConstructorParameters<typeof Problem>[1])
  return { body: parsed as T, headers: answer.headers }
}

function parse(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

export type QueryValue = string | number | undefined | readonly (string | number)[]

/** `?a=1&a=2` of what is set; nothing of what is not. */
export function queryString(values: Record<string, QueryValue>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
