import type { FastifyRequest } from 'fastify'
import { noSuchPerson, noSuchTeam } from '../directory/actions.ts'
import { personByEmail } from '../directory/store.ts'
import type { RouteContext } from '../http/route.ts'
import { fieldProblem, Problem } from '../runtime/problem.ts'
import { type Actor, type Right, requireRight } from './actor.ts'
import { bodyReferences } from './references.ts'
import { type OwnedKind, owned, type Viewer } from './sight.ts'
import {
  hiddenAmong,
  isHeldBy,
  isHidden,
  isSeen,
  membershipsOn,
  type SeenKind,
  sourcesOfWindow,
  teamRoles,
  teamsOf,
} from './sight-store.ts'
import { mayOwn, roleOnOwned } from './team-role.ts'

interface Area {
  kind: SeenKind
  /** What reading and changing need, so that what is hidden is refused just as what is not there. */
  read: Right
  change: Right
  missing: (id: string) => Problem
}

const none = (what: string) => (id: string) => new Problem('not-found', `There is no ${what} ${id}.`)
const never = (sentence: string) => () => new Problem('not-found', sentence)

const areas: Record<string, Area> = {
  alerts: { kind: 'alert', read: 'read', change: 'answer', missing: none('alert') },
  'alert-sources': { kind: 'alert-source', read: 'read', change: 'edit', missing: none('alert source') },
  'escalation-policies': {
    kind: 'escalation-policy',
    read: 'read',
    change: 'edit',
    missing: never('There is no such escalation policy.'),
  },
  schedules: { kind: 'schedule', read: 'read', change: 'edit', missing: never('There is no such on-call schedule.') },
  'support-hours': {
    kind: 'support-hours',
    read: 'read',
    change: 'edit',
    missing: never('There are no such support hours.'),
  },
  'heartbeat-monitors': {
    kind: 'heartbeat-monitor',
    read: 'read',
    change: 'edit',
    missing: none('heartbeat monitor'),
  },
  'maintenance-windows': {
    kind: 'maintenance-window',
    read: 'read',
    change: 'edit',
    missing: none('maintenance window'),
  },
  deliveries: { kind: 'delivery', read: 'answer', change: 'answer', missing: none('delivery') },
  'alert-actions': { kind: 'alert-action', read: 'read', change: 'edit', missing: none('alert action') },
  'alert-action-runs': {
    kind: 'alert-action-run',
    read: 'read',
    change: 'edit',
    missing: never('There is no such run.'),
  },
  teams: { kind: 'team', read: 'read', change: 'edit', missing: noSuchTeam },
  users: { kind: 'person', read: 'read', change: 'manage', missing: noSuchPerson },
}

/** Paths below an object that need another right than its area's. */
const OTHER_RIGHTS: [RegExp, Right][] = [
  [/^alert-sources\/:id\/fields$/, 'edit'],
  [/^alerts\/:id\/(subscribe|unsubscribe)$/, 'read'],
  [/^schedules\/:id\/overrides/, 'answer'],
  [/^users\/:id\/(mute|invitation)$/, 'manage'],
  [/^users\/:id\/.+/, 'read'],
]

/**
 * Stands before every route. What a private team owns is not there for who is no member: its address answers as an
 * address without anything, and a reference to it as a reference to nothing. For who sees it, their role in its teams
 * counts from here on.
 */
export async function drawCurtain(request: FastifyRequest, context: RouteContext): Promise<void> {
  const { actor, viewer } = request
  if (!actor || actor.kind === 'automation' || viewer.sees === 'everything') return
  const path = (request.routeOptions.url ?? '').replace(/^\/api(\/v1)?\//, '')
  const area = areas[path.split('/')[0] ?? '']
  const id = area && path.includes('/:id') ? await idIn(request, area.kind, context) : null
  if (area && id !== null) {
    await requireSight(request, context, path, area, id, actor)
    if (area.kind === 'maintenance-window' && !isRead(request)) await requireWholeWindow(request, context, Number(id))
  }
  await requireReferences(request, context, area, id)
  if (area && area.kind in owned) await requireOwnership(request, context, area.kind as OwnedKind, id)
}

async function requireSight(
  request: FastifyRequest,
  { db }: RouteContext,
  path: string,
  area: Area,
  id: string,
  actor: Actor & { kind: 'person' },
): Promise<void> {
  const { viewer } = request
  // What is not there is told by the same words at the same moment as what is hidden: nobody finds out by trying.
  if (!(await isSeen(db, viewer, area.kind, id))) {
    if (!isRead(request)) requireRight(actor, 'read')
    requireRight(
      actor,
      OTHER_RIGHTS.find(([form]) => form.test(path))?.[1] ?? (isRead(request) ? area.read : area.change),
    )
    throw area.missing(String((request.params as { id: unknown }).id))
  }
  const memberships = await membershipsOn(db, actor.personId, area.kind, id)
  request.actor = { ...actor, role: roleOnOwned(actor.role, memberships) }
}

function isRead(request: FastifyRequest): boolean {
  return request.method === 'GET' || request.method === 'HEAD'
}

/** A window is seen by who sees one of its sources, and changed by who sees all. */
async function requireWholeWindow(request: FastifyRequest, { db }: RouteContext, id: number): Promise<void> {
  const hidden = await hiddenAmong(db, request.viewer, 'alert-source', await sourcesOfWindow(db, id))
  if (hidden.size === 0) return
  throw new Problem('not-allowed', 'This window is also one of alert sources that only a private team sees.')
}

/** The id an address names; null when the route finds it by something else. */
async function idIn(request: FastifyRequest, kind: SeenKind, { db }: RouteContext): Promise<string | null> {
  const text = String((request.params as { id?: unknown }).id ?? '')
  if (kind === 'delivery') return text
  if (/^\d{1,15}$/.test(text)) return text
  if (kind !== 'person' || text === 'current') return null
  const person = await personByEmail(db, text)
  return person ? String(person.id) : null
}

/** Nothing hidden can be named in a body or query; what an object already has may stay. */
async function requireReferences(
  request: FastifyRequest,
  { db }: RouteContext,
  area: Area | undefined,
  id: string | null,
): Promise<void> {
  const given = bodyReferences(request.body, request.query as Record<string, unknown>)
  for (const [kind, references] of Map.groupBy(given, (one) => one.kind)) {
    const hidden = await hiddenAmong(
      db,
      request.viewer,
      kind,
      references.map((one) => one.id),
    )
    for (const reference of references) {
      if (!hidden.has(reference.id)) continue
      const isKept = request.method === 'PUT' && area && id !== null && (await isHeldBy(db, area.kind, id, reference))
      if (!isKept) throw fieldProblem(reference.field, `There is no ${reference.noun} ${reference.id}.`)
    }
  }
}

/** Only who edits what is a team's takes a thing into the team, or out of it. */
async function requireOwnership(
  request: FastifyRequest,
  { db }: RouteContext,
  kind: OwnedKind,
  id: string | null,
): Promise<void> {
  const { viewer, method } = request
  if (viewer.sees === 'everything' || (method !== 'POST' && method !== 'PUT')) return
  const given = (request.body as { teams?: unknown } | null)?.teams
  if (!Array.isArray(given)) return
  const before = new Set(id === null ? [] : await teamsOf(db, kind, Number(id)))
  const after = new Set(given.map((one) => Number(one?.id)))
  const changed = [...new Set([...before, ...after])].filter((team) => before.has(team) !== after.has(team))
  const roles = await teamRoles(db, viewer.personId, changed)
  for (const team of changed) {
    const its = roles.get(team)
    if (!its || (its.role !== null && mayOwn(its.role))) continue
    throw new Problem(
      'not-allowed',
      `Only who is User or Admin in the team ${its.name} puts things into it or takes them out.`,
    )
  }
}

/** What a route found by something else than its id, if the viewer sees it. */
export async function ifSeen<T extends { id: number }>(
  context: Pick<RouteContext, 'db'>,
  viewer: Viewer,
  kind: SeenKind,
  row: T | null,
): Promise<T | null> {
  return row && !(await isHidden(context.db, viewer, kind, String(row.id))) ? row : null
}
