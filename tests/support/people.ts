import type { User } from '../../server/directory/schema.ts'
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
