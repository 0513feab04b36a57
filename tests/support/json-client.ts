export interface Answer<T = unknown> {
  status: number
  headers: Headers
  body: T
}

/** Calls of one origin that speak JSON; an answer of 400 or more is an answer, not an exception. */
export class JsonClient {
  readonly #origin: string
  readonly #headers: Record<string, string>

  constructor(origin: string, headers: Record<string, string> = {}) {
    this.#origin = origin
    this.#headers = headers
  }

  async call<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array
    const answer = await fetch(`${this.#origin}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...this.#headers, ...headers },
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    const isJson = text !== '' && /json/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, headers: answer.headers, body: (isJson ? JSON.parse(text) : text) as T }
  }

  get<T>(path: string): Promise<T> {
    return this.#wanted('GET', path)
  }
  post<T>(path: string, body?: unknown): Promise<T> {
    return this.#wanted('POST', path, body)
  }
  put<T>(path: string, body?: unknown): Promise<T> {
    return this.#wanted('PUT', path, body)
  }
  patch<T>(path: string, body?: unknown): Promise<T> {
    return this.#wanted('PATCH', path, body)
  }

  async #wanted<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call<T>(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
}
