import * as z from 'zod'
import { requireRight } from '../access/actor.ts'
import { ifSeen } from '../access/curtain.ts'
import { firstFound, known, NameParams, namesIn, pageOf } from '../http/look-up.ts'
import { actorOf, type Routes } from '../http/route.ts'
import { Id, IdParams, Paging, Reference } from '../http/schema.ts'
import { removeUser, seenUses, usesOfPerson } from '../removals/actions.ts'
import { RemovalQuery, Use } from '../removals/schema.ts'
import {
  addTeam,
  addTeamMember,
  addUser,
  deleteTeam,
  muteUser,
  noSuchPerson,
  noSuchTeam,
  personIdOf,
  removeTeamMember,
  replaceTeam,
  replaceUser,
} from './actions.ts'
import { EMAIL_LENGTH_MAX, EmailSearch, MuteInput, Team, TeamInput, TeamMember, User, UserInput } from './schema.ts'
import { listPeople, listTeams, personByEmail, teamById, teamByName, userById, userOf } from './store.ts'

const PersonParams = z.object({
  id: z.string().min(1).max(EMAIL_LENGTH_MAX).describe('id, e-mail address, or `current`'),
})
const TeamMemberInput = z.object({ user: Reference, role: TeamMember.shape.role.default('RESPONDER') })
const MemberParams = z.object({ id: Id, userId: Id })

/** People and teams. */
export const directoryRoutes: Routes = (app, context) => {
  peopleRoutes(app, context)
  teamRoutes(app, context)
}

const peopleRoutes: Routes = (app, { db, clock }) => {
  const tags = ['Users']

  app.get(
    '/users',
    {
      schema: {
        operationId: 'listUsers',
        summary: 'Everybody',
        tags,
        querystring: Paging,
        response: { 200: z.array(User) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return (await listPeople(db, request.viewer, pageOf(request.query))).map(userOf)
    },
  )

  app.post(
    '/users',
    {
      schema: { operationId: 'createUser', summary: 'Add a person', tags, body: UserInput, response: { 201: User } },
    },
    async (request, reply) =>
      reply.code(201).send(await addUser(db, actorOf(request), request.body, await clock.now())),
  )

  app.get(
    '/users/current',
    { schema: { operationId: 'getCurrentUser', summary: 'Oneself', tags, response: { 200: User } } },
    async (request) => {
      const id = await personIdOf(db, actorOf(request), 'current')
      return known(await userById(db, id), noSuchPerson)
    },
  )

  app.put(
    '/users/current',
    {
      schema: {
        operationId: 'updateCurrentUser',
        summary: 'Replace what is known of oneself',
        tags,
        body: UserInput,
        response: { 200: User },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return replaceUser(db, actor, await personIdOf(db, actor, 'current'), request.body, await clock.now())
    },
  )

  app.post(
    '/users/search-email',
    {
      schema: {
        operationId: 'searchUserByEmail',
        summary: 'The person with an e-mail address',
        tags,
        body: EmailSearch,
        response: { 200: User },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return userOf(
        known(
          await ifSeen({ db }, request.viewer, 'person', await personByEmail(db, request.body.email.trim())),
          noSuchPerson,
        ),
      )
    },
  )

  app.get(
    '/users/:id',
    { schema: { operationId: 'getUser', summary: 'One person', tags, params: PersonParams, response: { 200: User } } },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, 'read')
      const id = await personIdOf(db, actor, request.params.id)
      return known(await userById(db, id), noSuchPerson)
    },
  )

  app.put(
    '/users/:id',
    {
      schema: {
        operationId: 'updateUser',
        summary: 'Replace what is known of a person',
        tags,
        params: PersonParams,
        body: UserInput,
        response: { 200: User },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const id = await personIdOf(db, actor, request.params.id)
      return replaceUser(db, actor, id, request.body, await clock.now())
    },
  )

  app.put(
    '/users/:id/mute',
    {
      schema: {
        operationId: 'muteUser',
        summary: 'Say until when policies do not ask a person; null ends it',
        tags,
        params: PersonParams,
        body: MuteInput,
        response: { 200: User },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const id = await personIdOf(db, actor, request.params.id)
      const { mutedUntil } = request.body
      return muteUser(db, actor, id, mutedUntil === null ? null : new Date(mutedUntil), await clock.now())
    },
  )

  app.delete(
    '/users/:id',
    {
      schema: {
        operationId: 'deleteUser',
        summary: 'Delete a person; where they are used a replacement takes their place',
        tags,
        params: PersonParams,
        querystring: RemovalQuery,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const id = await personIdOf(db, actor, request.params.id)
      await removeUser(db, actor, id, request.query.replacement ?? null, await clock.now())
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/users/:id/uses',
    {
      schema: {
        operationId: 'listUsesOfUser',
        summary: 'What counts on a person: policies, schedules, the last resort',
        tags,
        params: PersonParams,
        response: { 200: z.array(Use) },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      requireRight(actor, 'read')
      const person = known(await userById(db, await personIdOf(db, actor, request.params.id)), noSuchPerson)
      return seenUses(db, request.viewer, await usesOfPerson(db, person.id, await clock.now()))
    },
  )
}

const teamRoutes: Routes = (app, { db, clock }) => {
  const tags = ['Teams']

  app.get(
    '/teams',
    {
      schema: {
        operationId: 'listTeams',
        summary: 'Every team',
        tags,
        querystring: Paging,
        response: { 200: z.array(Team) },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return listTeams(db, request.viewer, pageOf(request.query))
    },
  )

  app.post(
    '/teams',
    { schema: { operationId: 'createTeam', summary: 'Add a team', tags, body: TeamInput, response: { 201: Team } } },
    async (request, reply) =>
      reply.code(201).send(await addTeam(db, actorOf(request), request.body, await clock.now())),
  )

  app.get(
    '/teams/name/*',
    {
      schema: {
        operationId: 'getTeamByName',
        summary: 'The team of a name',
        tags,
        params: NameParams,
        response: { 200: Team },
      },
    },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return known(
        await firstFound(namesIn(request.url), async (name) =>
          ifSeen({ db }, request.viewer, 'team', await teamByName(db, name)),
        ),
        noSuchTeam,
      )
    },
  )

  app.get(
    '/teams/:id',
    { schema: { operationId: 'getTeam', summary: 'One team', tags, params: IdParams, response: { 200: Team } } },
    async (request) => {
      requireRight(actorOf(request), 'read')
      return known(await teamById(db, request.params.id), noSuchTeam)
    },
  )

  app.put(
    '/teams/:id',
    {
      schema: {
        operationId: 'updateTeam',
        summary: 'Replace a team; members that are absent or null stay',
        tags,
        params: IdParams,
        body: TeamInput,
        response: { 200: Team },
      },
    },
    async (request) => replaceTeam(db, actorOf(request), request.params.id, request.body, await clock.now()),
  )

  app.delete(
    '/teams/:id',
    {
      schema: {
        operationId: 'deleteTeam',
        summary: 'Delete a team; its people stay',
        tags,
        params: IdParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await deleteTeam(db, actorOf(request), request.params.id, await clock.now())
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/teams/:id/members',
    {
      schema: {
        operationId: 'addTeamMember',
        summary: 'Put a person into a team, or change their role there',
        tags,
        params: IdParams,
        body: TeamMemberInput,
        response: { 200: Team },
      },
    },
    async (request) => {
      const member = { personId: request.body.user.id, role: request.body.role }
      return addTeamMember(db, actorOf(request), request.params.id, member, await clock.now())
    },
  )

  app.delete(
    '/teams/:id/members/:userId',
    {
      schema: {
        operationId: 'removeTeamMember',
        summary: 'Take a person out of a team',
        tags,
        params: MemberParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await removeTeamMember(db, actorOf(request), request.params.id, request.params.userId, await clock.now())
      return reply.code(204).send(null)
    },
  )
}
