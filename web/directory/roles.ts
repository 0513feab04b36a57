import type { Role } from '../../server/directory/schema.ts'

/** What each role is called. */
export const roleLabels: Record<Role, string> = {
  STAKEHOLDER: 'Stakeholder',
  GUEST: 'Guest',
  RESPONDER: 'Responder',
  USER: 'User',
  ADMIN: 'Admin',
  OWNER: 'Owner',
}

/** The roles that may be given, with what they may do. */
export const givenRoles = [
  { role: 'RESPONDER', label: 'Responder: answers alerts' },
  { role: 'USER', label: 'User: answers alerts and edits sources and policies' },
  { role: 'ADMIN', label: 'Admin: everything, people too' },
] as const
