import * as z from 'zod'
import { requireRight } from '../access/actor.ts'
import { isHidden, type SeenKind } from '../access/sight-store.ts'
import { everKnownPeople } from '../directory/store.ts'
import { actorOf, type Routes } from '../http/route.ts'
import { AuditEntry, AuditQuery } from './schema.ts'
import { findAuditEntries } from './store.ts'

/** What the entries are about, where teams own it. */
const AUDITED: Record<string, SeenKind> = {
  alert: 'alert',
  'alert-source': 'alert-source',
  'escalation-policy': 'escalation-policy',
  schedule: 'schedule',
  'support-hours': 'support-hours',
  'heartbeat-monitor': 'heartbeat-monitor',
  'maintenance-window': 'maintenance-window',
  'alert-action': 'alert-action',
  team: 'team',
  person: 'person',
}

/** Who changed what. */
export const auditRoutes: Routes = (app, context) => {
  app.get(
    '/audit',
    {
      schema: {
        operationId: 'getAuditEntries',
        summary: 'Who changed what, newest first; of everything, or of one object',
        tags: ['Audit'],
        querystring: AuditQuery,
        response: { 200: z.array(AuditEntry) },
      },
    },
    async (request) => {
      const { query } = request
      const isOfOne = query['object-type'] !== undefined && query['object-id'] !== undefined
      // Of one object whoever sees it may ask; everything together tells more.
      requireRight(actorOf(request), isOfOne ? 'read' : 'manage')
      const kind = AUDITED[query['object-type'] ?? '']
      if (isOfOne && kind && (await isHidden(context.db, request.viewer, kind, query['object-id'] ?? ''))) return []
      const rows = await findAuditEntries(context.db, query)
      const people = await everKnownPeople(
        context.db,
        rows.flatMap((row) => row.actor_person_id ?? []),
      )
      return rows.map((row) => ({
        id: row.id,
        at: row.at.toISOString(),
        actor: row.actor,
        user: row.actor_person_id === null ? null : (people.get(row.actor_person_id) ?? null),
        action: row.action,
        objectType: row.object_type,
        objectId: row.object_id,
        details: row.details,
      }))
    },
  )
}
