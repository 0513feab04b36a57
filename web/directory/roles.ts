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

/** What a member may do with what the team owns. */
export const memberRoles = [
  { role: 'STAKEHOLDER', label: 'Stakeholder: sees it' },
  { role: 'RESPONDER', label: 'Responder: answers alerts' },
  { role: 'USER', label: 'User: edits it too' },
  { role: 'ADMIN', label: 'Admin of the team' },
] as const

/** The roles that may be given, with what they may do. */
export const givenRoles = [
  { role: 'GUEST', label: 'Guest: sees what their teams own, and nobody else' },
  { role: 'STAKEHOLDER', label: 'Stakeholder: sees what their teams own and what they follow' },
  { role: 'RESPONDER', label: 'Responder: answers alerts' },
  { role: 'USER', label: 'User: answers alerts and edits sources and policies' },
  { role: 'ADMIN', label: 'Admin: everything, people too' },
] as const
