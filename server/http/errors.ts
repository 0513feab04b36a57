import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { isToldWithoutCode } from '../database/failures.ts'
import type { Log } from '../runtime/log.ts'
import { type FieldError, Problem, type ProblemType, problems } from '../runtime/problem.ts'
import type { ProblemDetails } from './schema.ts'

const RETRY_AFTER_SECONDS = 2

/** What a client is told of anything that was thrown; what is no problem of theirs is logged with its cause. */
export function problemOf(error: unknown, log: Log): Problem {
  if (error instanceof Problem) return error
  if (hasZodFastifySchemaValidationErrors(error)) return invalidInput(error.validation)
  const known = fastifyProblem(error)
  if (known) return known
  if (isDatabaseAway(error)) {
    log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'http.database-away')
    return new Problem('database-away', 'The database does not answer just now. Nothing was stored.', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    })
  }
  log.error({ err: error }, 'http.request-broke')
  return new Problem('internal-error', 'Something broke on our side. It is in the log.')
}

function invalidInput(issues: readonly { instancePath: string; message?: string }[]): Problem {
  const errors: FieldError[] = issues.map((issue) => ({
    field: issue.instancePath.replace(/^\//, '').replaceAll('/', '.') || 'body',
    message: issue.message ?? 'This value cannot be used.',
  }))
  const detail = errors.map((one) => `${one.field}: ${one.message}`).join(' ')
  return new Problem('invalid-input', detail, { errors })
}

const FASTIFY_PROBLEMS: Record<string, [ProblemType, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'A body may have at most 256 KiB.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported-encoding', 'Send JSON with Content-Type: application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid-json', 'The body is not as long as Content-Length says.'],
  FST_ERR_BAD_URL: ['not-found', 'The address cannot be read.'],
}

function fastifyProblem(error: unknown): Problem | null {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown }
  const known = typeof code === 'string' ? FASTIFY_PROBLEMS[code] : undefined
  if (known) return new Problem(...known)
  if (statusCode === 429)
    return new Problem('too-many-requests', 'Too many tries. Wait a minute.', { retryAfterSeconds: 60 })
  if (statusCode === 404) return new Problem('not-found', 'There is nothing at this address.')
  if (statusCode === 400) return new Problem('invalid-json', 'The request cannot be read.')
  return null
}

/** True when the database could not be reached, could not commit, or is full; the same call may go through later. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (/^(08|25006|53|55P03|57|58|XX001|40)/.test(code)) return true
  if (/^(ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|ENOENT|EAI_|EHOST|ENET)/.test(code)) return true
  if (isToldWithoutCode(error)) return true
  return /timeout exceeded when trying to connect|Query read timeout|read-only|Cannot use a pool after|does not answer in time/i.test(
    error.message,
  )
}

/** Sends RFC 9457 members and ilert's in one object; the content type follows `Accept`. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  publicUrl: string,
): FastifyReply {
  const { status, title, code } = problems[problem.type]
  const body: ProblemDetails = {
    type: `${publicUrl}/docs/errors/${problem.type}`,
    title,
    status,
    detail: problem.message,
    instance: `/requests/${request.id}`,
    message: problem.message,
    code,
    ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
    ...(problem.uses.length > 0 ? { uses: [...problem.uses] } : {}),
  }
  if (problem.retryAfterSeconds !== null) reply.header('retry-after', String(problem.retryAfterSeconds))
  return reply
    .code(status)
    .header('content-type', `application/${wantsPlainJson(request) ? '' : 'problem+'}json; charset=utf-8`)
    .send(JSON.stringify(body))
}

/** ilert's clients ask for application/json and nothing else, and would not read another type. */
function wantsPlainJson({ headers }: FastifyRequest): boolean {
  const accepted = headers.accept ?? '*/*'
  return accepted.includes('application/json') && !/problem\+json|\*\/\*/.test(accepted)
}
