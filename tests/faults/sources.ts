import type { JsonClient } from '../support/json-client.ts'
import type { Keys } from './incident.ts'
import type { Level } from './judge.ts'

const MINUTE_MS = 60_000
const PIA = { firstName: 'Pia', lastName: 'First', email: 'pia@example.com' }
const TOM = { firstName: 'Tom', lastName: 'Then', email: 'tom@example.com' }
const UMA = { firstName: 'Uma', lastName: 'Last', email: 'uma@example.com' }

/**
 * Two people at once, with a level of nobody between them that a short run sees skipped; a third after the shortest wait
 * that a policy can have, for the longer runs; and the end of the climb beyond every run.
 */
const CLIMB = [
  { person: PIA, timeoutMinutes: 0 },
  { person: null, timeoutMinutes: 30 },
  { person: TOM, timeoutMinutes: 1 },
  { person: UMA, timeoutMinutes: 600 },
]

/** The policy of all alerts, as the judge knows it. */
export const LEVELS: readonly Level[] = CLIMB.map(({ person, timeoutMinutes }) => ({
  timeoutMs: timeoutMinutes * MINUTE_MS,
  email: person?.email ?? null,
}))

/** How long an alert that nobody answers takes to reach everybody. */
export const CLIMB_MS = 1 * MINUTE_MS

/** A source of 4me and one of the event API, on one policy. */
export async function addSources(api: Pick<JsonClient, 'post'>): Promise<Keys> {
  const escalationRules = []
  for (const { person, timeoutMinutes } of CLIMB) {
    const users = person ? [await api.post<{ id: number }>('/api/users', { ...person, role: 'RESPONDER' })] : []
    escalationRules.push({ escalationTimeout: timeoutMinutes, users: users.map(({ id }) => ({ id })) })
  }
  const policy = await api.post<{ id: number }>('/api/escalation-policies', { name: 'Day and night', escalationRules })
  const add = async (name: string, integrationType: string) => {
    const source = { name, integrationType, escalationPolicy: { id: policy.id } }
    return (await api.post<{ integrationKey: string }>('/api/alert-sources', source)).integrationKey
  }
  return { fourme: await add('4me production', 'FOURME'), events: await add('Monitoring', 'API') }
}
