import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Desk } from '../desk.ts'
import type { Visit } from './page.ts'

/** Cookies do not know ports: the name must not meet one of Tocsin's on the same host. */
export const PERSON_COOKIE = 'sandbox_4me_person'

export type VisitOf = (request: FastifyRequest) => Visit

/** Finds out as whom a browser acts; the first person when it did not choose. */
export function visitsOf(desk: Desk): VisitOf {
  return (request) => {
    const chosen = Number(request.cookies[PERSON_COOKIE])
    const person = desk.state.people.find((one) => one.id === chosen) ?? desk.state.people[0]
    if (!person) throw new Error('The account has no people')
    return { desk, person, path: request.url.split('?')[0] ?? '/' }
  }
}

/** Sends a page. */
export function send(reply: FastifyReply, markup: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(markup)
}

/** The fields of a posted form; of a repeated one the last. */
export function fieldsOf(body: unknown): Record<string, string> {
  return body instanceof URLSearchParams ? Object.fromEntries(body) : {}
}

/** A path to go back to, never another site. */
export function safePath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : '/requests'
}
