import type { FastifyRequest } from 'fastify'
import type { Desk } from '../desk.ts'
import type { Person, State, Token } from '../model.ts'
import { findToken, mayDo } from '../tokens.ts'
import { forbidden, unauthorized } from './errors.ts'

/** Who calls: the token and the person it acts for. */
export interface Caller {
  token: Token
  person: Person
  account: string
}

/** The account a call names, in either spelling of the header. */
export function accountHeader(request: FastifyRequest): string | undefined {
  const value = request.headers['x-xurrent-account'] ?? request.headers['x-4me-account']
  return Array.isArray(value) ? value[0] : value
}

/** The account or support domain of this name, in any case; null when there is none. */
export function accountOf(state: State, name: string): string | null {
  const folded = name.toLowerCase()
  const ids = [state.account.id, ...state.supportDomains.map((one) => one.id)]
  return ids.find((id) => id === folded) ?? null
}

/** Lets a call in by its token and account, or refuses it with 401. */
export function admit(desk: Desk, request: FastifyRequest): Caller {
  const now = desk.now()
  const token = findToken(desk.state, request.headers.authorization, now)
  const person = desk.state.people.find((one) => one.id === token?.personId)
  if (!token || !person) throw unauthorized()
  // Without the header the token's own account is meant.
  const account = accountHeader(request) ?? desk.state.account.id
  const known = accountOf(desk.state, account)
  if (known === null) throw unauthorized()
  token.lastUsedAt = now.toISOString()
  return { token, person, account: known }
}

/** Refuses with 403 what no scope of the token allows. */
export function mustBeAllowed(caller: Caller, type: string, action: 'C' | 'R' | 'U' | 'D'): void {
  if (!mayDo(caller.token, caller.account, type, action)) throw forbidden()
}
