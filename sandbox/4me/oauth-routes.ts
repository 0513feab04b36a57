import type { FastifyInstance } from 'fastify'
import type { Desk } from './desk.ts'
import { RestError } from './rest/errors.ts'
import { accountHeader, accountOf } from './rest/gate.ts'
import { findToken, grantToken, oauthSeconds, scopeStrings } from './tokens.ts'

/** What lives on 4me's oauth host: what a token may do, and tokens for client credentials. */
export function addOauthRoutes(app: FastifyInstance, desk: Desk): void {
  app.get('/introspect', async (request, reply) => {
    const account = accountHeader(request)
    if (account === undefined || accountOf(desk.state, account) === null) {
      return reply.code(400).send({ message: 'Invalid x-xurrent-account header' })
    }
    const token = findToken(desk.state, request.headers.authorization, desk.now())
    if (!token) return reply.code(401).send({ message: 'Unauthorized' })
    return { active: true, scopes: scopeStrings(token, desk.state.account.id) }
  })

  app.post('/token', async (request, reply) => {
    const body = fieldsOf(request.body)
    if (body.grant_type !== 'client_credentials') return reply.code(400).send({ error: 'unsupported_grant_type' })
    const token = grantToken(desk.state, body.client_id ?? '', body.client_secret ?? '', desk.now())
    if (token === null) return reply.code(400).send({ error: 'invalid_client' })
    await desk.store.changed()
    return { access_token: token, token_type: 'bearer', expires_in: oauthSeconds }
  })
}

function fieldsOf(body: unknown): Record<string, string> {
  if (body instanceof URLSearchParams) return Object.fromEntries(body)
  if (typeof body === 'object' && body !== null) return body as Record<string, string>
  throw new RestError(400, { error: 'invalid_request' })
}
