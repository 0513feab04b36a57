import type { FastifyInstance } from 'fastify'
import type { Desk } from '../desk.ts'
import { idFrom, nodeId } from '../node-id.ts'
import { notFound } from './errors.ts'
import { mustBeAllowed } from './gate.ts'
import { orderOf, paginate, type Query, select } from './query.ts'
import type { CallerOf } from './routes.ts'
import { personShape, type Shape } from './shapes.ts'

/** A list of the account's directory that can be read. */
interface Directory {
  path: string
  scope: string
  nodeType: string
  filters: readonly string[]
  shapes: () => Shape[]
}

/** People, teams and services by REST: lists with filters, sorting and pages, and one by one. */
export function addDirectoryRoutes(app: FastifyInstance, desk: Desk, callerOf: CallerOf): void {
  for (const directory of directoriesOf(desk)) addDirectory(app, desk, callerOf, directory)
}

function directoriesOf({ state }: Desk): Directory[] {
  const named = (type: string, one: { id: number; name: string }) => ({
    id: one.id,
    name: one.name,
    nodeID: nodeId(type, one.id),
  })
  const teamOf = (id: number) => {
    const team = state.teams.find((one) => one.id === id)
    return team ? named('Team', team) : null
  }
  return [
    {
      path: '/people',
      scope: 'person',
      nodeType: 'Person',
      filters: ['id', 'name', 'primary_email', 'disabled'],
      shapes: () => state.people.map((person) => ({ ...personShape(state, person), disabled: false })),
    },
    {
      path: '/teams',
      scope: 'team',
      nodeType: 'Team',
      filters: ['id', 'name', 'disabled'],
      shapes: () =>
        state.teams.map((team) => ({
          ...named('Team', team),
          disabled: false,
          members: state.people.filter((one) => one.teamIds.includes(team.id)).map((one) => named('Person', one)),
        })),
    },
    {
      path: '/services',
      scope: 'service',
      nodeType: 'Service',
      filters: ['id', 'name', 'disabled'],
      shapes: () =>
        state.services.map((service) => ({
          ...named('Service', service),
          disabled: false,
          provider: { id: 1, name: state.account.name },
          support_team: teamOf(service.supportTeamId),
        })),
    },
    {
      path: '/service_instances',
      scope: 'service',
      nodeType: 'Si',
      filters: ['id', 'name', 'service', 'status'],
      shapes: () =>
        state.services.map((service) => ({
          ...named('Si', service.instance),
          status: 'in_production',
          service: named('Service', service),
          support_team: teamOf(service.supportTeamId),
        })),
    },
  ]
}

function addDirectory(app: FastifyInstance, desk: Desk, callerOf: CallerOf, directory: Directory): void {
  app.get<{ Querystring: Query }>(directory.path, async (request, reply) => {
    mustBeAllowed(callerOf(request), directory.scope, 'R')
    const url = new URL(request.url, desk.origin())
    const found = select(directory.filters, directory.shapes(), request.query)
    const { items, headers } = paginate(found, request.query, url, orderOf(request.query))
    return reply.headers(headers).send(items)
  })
  app.get<{ Params: { id: string } }>(`${directory.path}/:id`, async (request) => {
    mustBeAllowed(callerOf(request), directory.scope, 'R')
    const number = idFrom(request.params.id, directory.nodeType)
    const shape = directory.shapes().find((one) => one.id === number)
    if (!shape) throw notFound()
    return shape
  })
}
