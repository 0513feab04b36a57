import type { User } from '../../server/directory/schema.ts'
import { JsonClient } from './json-client.ts'
import type { World } from './world.ts'

/** Adds people by their first names, each with an address of their own. */
export async function addPeople<const T extends readonly string[]>(
  world: World,
  ...names: T
): Promise<{ [K in keyof T]: User }> {
  const people: User[] = []
  for (const firstName of names) {
    const email = `${firstName.toLowerCase()}@example.com`
    people.push(await world.api.post<User>('/api/users', { firstName, lastName: 'Duty', email, role: 'RESPONDER' }))
  }
  return people as { [K in keyof T]: User }
}

const PASSWORD = 'a long enough password'

/** Adds a person who signs in, and the API as that person calls it. */
export async function addSignedIn(
  world: World,
  firstName: string,
  role: 'RESPONDER' | 'USER' | 'ADMIN' = 'RESPONDER',
): Promise<{ user: User; as: JsonClient }> {
  const email = `${firstName.toLowerCase()}@example.com`
  const user = await world.api.post<User>('/api/users', {
    firstName,
    lastName: 'Duty',
    email,
    role,
    password: PASSWORD,
  })
  const opened = await world.outside.call<{ csrfToken: string }>('POST', '/api/session', { email, password: PASSWORD })
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
  return { user, as: new JsonClient(world.url, { cookie, 'x-csrf-token': opened.body.csrfToken }) }
}
