import type { Role } from '../directory/schema.ts'
import { Problem } from '../runtime/problem.ts'

/** Who acts: a signed-in person, or the service behind `TOCSIN_ADMIN_API_KEY`. */
export type Actor =
  | { kind: 'person'; personId: number; name: string; role: Role; sessionHash: Buffer; csrfToken: string }
  | { kind: 'automation' }

/** What the routes ask for: answer alerts, edit sources and policies, or manage people. */
export type Right = 'read' | 'answer' | 'edit' | 'manage'

const RIGHTS: Record<Role, readonly Right[]> = {
  GUEST: ['read'],
  STAKEHOLDER: ['read'],
  RESPONDER: ['read', 'answer'],
  USER: ['read', 'answer', 'edit'],
  ADMIN: ['read', 'answer', 'edit', 'manage'],
  OWNER: ['read', 'answer', 'edit', 'manage'],
}

/** True when the actor's role includes the right. */
export function hasRight(actor: Actor, right: Right): boolean {
  return actor.kind === 'automation' || RIGHTS[actor.role].includes(right)
}

/** The roles that include a right. */
export function rolesWith(right: Right): Role[] {
  return (Object.keys(RIGHTS) as Role[]).filter((role) => RIGHTS[role].includes(right))
}

const NEEDED: Record<Right, string> = {
  read: 'Only people of this installation may see this.',
  answer: 'Answering alerts needs the role Responder.',
  edit: 'Changing alert sources, policies and teams needs the role User.',
  manage: 'Managing people needs the role Admin.',
}

/** Throws `not-allowed` unless the actor's role includes the right. */
export function requireRight(actor: Actor, right: Right): void {
  if (!hasRight(actor, right)) throw new Problem('not-allowed', NEEDED[right])
}
