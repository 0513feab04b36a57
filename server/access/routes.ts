import type { FastifyReply } from 'fastify'
import * as z from 'zod'
import { userById } from '../directory/store.ts'
import type { RouteContext, Routes } from '../http/route.ts'
import { actorOf } from '../http/route.ts'
import { IdParams } from '../http/schema.ts'
import { type OpenedSession, signIn, welcomeOwner } from './actions.ts'
import type { Actor } from './actor.ts'
import { cookieName, requireSameSite } from './gate.ts'
import { acceptInvitation, inviteUser } from './invitations/actions.ts'
import { AcceptInput } from './invitations/schema.ts'
import { Session, SignInInput, WelcomeInput, WelcomeState } from './schema.ts'
import { deleteSession, hasOwner } from './store.ts'

const COOKIE_SECONDS = 30 * 24 * 3_600
const tags = ['Access']
/** Guessing a password costs time: so many tries a minute from one address. */
const strict = { rateLimit: { max: 10, timeWindow: 60_000 } }

/** Inviting people who cannot sign in yet. */
export const invitationRoutes: Routes = (app, { db, clock }) => {
  app.post(
    '/users/:id/invitation',
    {
      schema: {
        operationId: 'inviteUser',
        summary: 'Mail a person a link at which they choose a password; it works once, for a week',
        tags,
        params: IdParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await inviteUser(db, actorOf(request), request.params.id, await clock.now())
      return reply.code(204).send(null)
    },
  )
}

/** Who is signed in. */
export const sessionRoutes: Routes = (app, context) => {
  app.get(
    '/session',
    { schema: { operationId: 'getSession', summary: 'Who is signed in', tags, response: { 200: Session } } },
    async (request) => sessionOf(actorOf(request), context),
  )
  app.delete(
    '/session',
    { schema: { operationId: 'deleteSession', summary: 'Sign out', tags, response: { 204: z.null() } } },
    async (request, reply) => {
      const actor = actorOf(request)
      if (actor.kind === 'person') await deleteSession(context.db, actor.sessionHash)
      reply.clearCookie(cookieName(context.settings.publicUrl), { path: '/' })
      return reply.code(204).send(null)
    },
  )
}

/** The doors that are open to everybody: signing in, and the first run. */
export const doorRoutes: Routes = (app, context) => {
  app.post(
    '/session',
    {
      config: strict,
      schema: {
        operationId: 'createSession',
        summary: 'Sign in',
        tags,
        security: [],
        body: SignInInput,
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      requireSameSite(request)
      const opened = await signIn(context.db, request.body, await context.clock.now())
      return answerOpened(reply, opened, context)
    },
  )
  app.post(
    '/invitation',
    {
      config: strict,
      schema: {
        operationId: 'acceptInvitation',
        summary: 'Choose a password with the link of an invitation, and sign in',
        tags,
        security: [],
        body: AcceptInput,
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      requireSameSite(request)
      const opened = await acceptInvitation(context.db, context.secrets, request.body, await context.clock.now())
      return answerOpened(reply, opened, context)
    },
  )
  app.get(
    '/welcome',
    {
      schema: {
        operationId: 'getWelcome',
        summary: 'Whether this installation waits for its owner',
        tags,
        security: [],
        response: { 200: WelcomeState },
      },
    },
    async () => ({ needsOwner: !(await hasOwner(context.db)) }),
  )
  app.post(
    '/welcome',
    {
      config: strict,
      schema: {
        operationId: 'createOwner',
        summary: 'Become the owner with the one-time link',
        tags,
        security: [],
        body: WelcomeInput,
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      requireSameSite(request)
      const opened = await welcomeOwner(context.db, context.secrets, request.body, await context.clock.now())
      return answerOpened(reply, opened, context)
    },
  )
}

async function answerOpened(
  reply: FastifyReply,
  opened: OpenedSession,
  context: RouteContext,
): Promise<z.infer<typeof Session>> {
  const { publicUrl } = context.settings
  reply.setCookie(cookieName(publicUrl), opened.token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    maxAge: COOKIE_SECONDS,
  })
  reply.code(201)
  const user = await userById(context.db, opened.personId)
  return { user, role: user?.role ?? 'USER', csrfToken: opened.csrfToken }
}

async function sessionOf(actor: Actor, context: RouteContext): Promise<z.infer<typeof Session>> {
  if (actor.kind === 'automation') return { user: null, role: 'ADMIN', csrfToken: '' }
  return { user: await userById(context.db, actor.personId), role: actor.role, csrfToken: actor.csrfToken }
}
