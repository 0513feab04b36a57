import type { JsonClient } from '../support/json-client.ts'
import type { Keys } from './incident.ts'

/** A source of 4me and one of the event API; one person on one long level, so that every alert is one page. */
export async function addSources(api: JsonClient): Promise<Keys> {
  const person = await api.post<{ id: number }>('/api/users', {
    firstName: 'Pia',
    lastName: 'First',
    email: 'pia@example.com',
    role: 'RESPONDER',
  })
  const policy = await api.post<{ id: number }>('/api/escalation-policies', {
    name: 'Day and night',
    escalationRules: [{ escalationTimeout: 60, users: [{ id: person.id }] }],
  })
  const add = async (name: string, integrationType: string) => {
    const source = { name, integrationType, escalationPolicy: { id: policy.id } }
    return (await api.post<{ integrationKey: string }>('/api/alert-sources', source)).integrationKey
  }
  return { fourme: await add('4me production', 'FOURME'), events: await add('Monitoring', 'API') }
}
