import type { Mistake } from '../ticket-input.ts'

/** An answer of 4me's API that is not a success, with its recorded body. */
export class RestError extends Error {
  readonly status: number
  readonly body: unknown
  readonly headers: Record<string, string>

  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`REST ${status}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export const unauthorized = () => new RestError(401, { message: 'Unauthorized' })
export const forbidden = () => new RestError(403, { message: 'Forbidden' })
export const notFound = () => new RestError(404, { message: 'Not Found' })
export const invalidJson = () => new RestError(400, { message: 'Invalid JSON string posted' })
export const badParameter = (text: string) => new RestError(400, { message: text })
export const validationFailed = (errors: Mistake[]) => new RestError(422, { message: 'Validation Failed', errors })
