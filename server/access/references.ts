import type { SeenKind } from './sight-store.ts'

/** Something a request names by its id. */
export interface BodyReference {
  kind: SeenKind
  noun: string
  field: string
  id: number
}

const NAMED: Record<string, { kind: SeenKind; noun: string }> = {
  alert: { kind: 'alert', noun: 'alert' },
  alerts: { kind: 'alert', noun: 'alert' },
  alertSource: { kind: 'alert-source', noun: 'alert source' },
  alertSources: { kind: 'alert-source', noun: 'alert source' },
  alertSourceIds: { kind: 'alert-source', noun: 'alert source' },
  escalationPolicy: { kind: 'escalation-policy', noun: 'escalation policy' },
  supportHours: { kind: 'support-hours', noun: 'support hours' },
  schedule: { kind: 'schedule', noun: 'on-call schedule' },
  schedules: { kind: 'schedule', noun: 'on-call schedule' },
  team: { kind: 'team', noun: 'team' },
  teams: { kind: 'team', noun: 'team' },
}

/** The same in a query: of one alert's verbs. */
const ASKED: Record<string, { kind: SeenKind; noun: string }> = {
  policy: { kind: 'escalation-policy', noun: 'escalation policy' },
  'policy-id': { kind: 'escalation-policy', noun: 'escalation policy' },
  schedule: { kind: 'schedule', noun: 'on-call schedule' },
  'schedule-id': { kind: 'schedule', noun: 'on-call schedule' },
}

const DEPTH_MAX = 4

/** Everything a request names that teams may own. */
export function bodyReferences(body: unknown, query: Record<string, unknown>): BodyReference[] {
  const asked = Object.entries(ASKED).flatMap(([field, what]) => {
    const id = Number(query[field])
    return query[field] !== undefined && Number.isSafeInteger(id) ? [{ ...what, field, id }] : []
  })
  return [...asked, ...within(body, '', 0)]
}

function within(value: unknown, path: string, depth: number): BodyReference[] {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const field = path === '' ? name : `${path}.${name}`
    const what = NAMED[name]
    if (!what) return within(inner, field, depth + 1)
    const many = Array.isArray(inner)
    return [inner].flat().flatMap((one, index) => {
      const id = typeof one === 'number' ? one : (one as { id?: unknown } | null)?.id
      if (typeof id !== 'number') return within(one, many ? `${field}.${index}` : field, depth + 1)
      return [{ ...what, field: many ? `${field}.${index}.id` : `${field}.id`, id }]
    })
  })
}
