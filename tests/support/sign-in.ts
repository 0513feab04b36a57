import type { Role, User } from '../../server/directory/schema.ts'
import { JsonClient } from './json-client.ts'
import type { World } from './world.ts'

const PASSWORD = 'a short sentence works well'

export interface SignedIn {
  user: User
  client: JsonClient
  headers: Record<string, string>
}

/** Adds a person of this role, signed in. */
export async function signInNew(world: World, firstName: string, role: Exclude<Role, 'OWNER'>): Promise<SignedIn> {
  const email = `${firstName.toLowerCase()}@example.com`
  const user = await world.api.post<User>('/api/users', { firstName, lastName: 'Doe', email, role, password: PASSWORD })
  const opened = await world.outside.call<{ csrfToken: string }>('POST', '/api/session', { email, password: PASSWORD })
  if (opened.status !== 201) throw new Error(`${firstName} cannot sign in: ${opened.status}.`)
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const headers = { cookie, 'x-csrf-token': opened.body.csrfToken }
  return { user, client: new JsonClient(world.url, headers), headers }
}
