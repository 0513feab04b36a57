import type { Role } from '../directory/schema.ts'

export interface Membership {
  visibility: 'PUBLIC' | 'PRIVATE'
  role: 'STAKEHOLDER' | 'RESPONDER' | 'USER' | 'ADMIN'
}

const RANK: readonly Role[] = ['GUEST', 'STAKEHOLDER', 'RESPONDER', 'USER', 'ADMIN', 'OWNER']
const higher = (one: Role, other: Role): Role => (RANK.indexOf(one) >= RANK.indexOf(other) ? one : other)

/**
 * The role a person has on something their teams own. A team's role extends their own one; in a private team it takes
 * its place, lower too. An administrator of a team edits there what is the team's and manages nobody else, and a
 * stakeholder stays one.
 */
export function roleOnOwned(base: Role, memberships: readonly Membership[]): Role {
  if (base === 'ADMIN' || base === 'OWNER' || base === 'STAKEHOLDER' || memberships.length === 0) return base
  const inside = memberships.map((one) => ({ ...one, role: one.role === 'ADMIN' ? ('USER' as const) : one.role }))
  const own = inside.filter((one) => one.visibility === 'PRIVATE')
  if (own.length > 0) return own.map((one): Role => one.role).reduce(higher)
  return inside.map((one): Role => one.role).reduce(higher, base)
}

/** True when a member of this role may give what is the team's away, or take it in. */
export function mayOwn(role: Membership['role']): boolean {
  return role === 'USER' || role === 'ADMIN'
}
