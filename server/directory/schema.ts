import * as z from 'zod'
import { Id, Instant, Name, Reference } from '../http/schema.ts'

export const Role = z.enum(['STAKEHOLDER', 'GUEST', 'RESPONDER', 'USER', 'ADMIN', 'OWNER'])
export type Role = z.infer<typeof Role>

export const PersonReference = z.object({
  id: Id,
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
})
export type PersonReference = z.infer<typeof PersonReference>

export const EMAIL_LENGTH_MAX = 254
/** One plain address: no display name, no quoted local part, no group (invariants.md 3.6 E7). */
export const EmailAddress = z
  .email({ pattern: z.regexes.html5Email, message: 'This is not an e-mail address.' })
  .max(EMAIL_LENGTH_MAX)

const PersonName = z.string().trim().max(255)
export const TimeZone = z.string().max(64).refine(isTimeZone, 'This is not an IANA time zone such as Europe/Vienna.')

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

export const User = PersonReference.extend({
  username: z.string(),
  role: Role,
  timezone: z.string(),
  language: z.enum(['en', 'de']),
  position: z.string(),
  department: z.string(),
  mutedUntil: Instant.nullable().describe('until then policies do not ask this person'),
  invitedAt: Instant.nullable().describe('when an invitation was sent that was not followed yet'),
  canSignIn: z.boolean().describe('false until a password was set'),
  createdAt: Instant,
  updatedAt: Instant,
})
export type User = z.infer<typeof User>

export const UserInput = z.object({
  firstName: PersonName.min(1, 'Give a first name.'),
  lastName: PersonName.default(''),
  email: EmailAddress,
  role: z
    .enum(['STAKEHOLDER', 'GUEST', 'RESPONDER', 'USER', 'ADMIN'])
    .optional()
    .or(z.literal('').transform(() => undefined)),
  timezone: TimeZone.optional().or(z.literal('').transform(() => undefined)),
  language: z
    .enum(['en', 'de'])
    .optional()
    .or(z.literal('').transform(() => undefined)),
  position: PersonName.optional(),
  department: PersonName.optional(),
  password: z
    .string()
    .min(12, 'At least 12 characters.')
    .max(256)
    .optional()
    .describe('write-only; without it the person is paged but cannot sign in'),
})
export type UserInput = z.infer<typeof UserInput>

/** The longest time for which somebody is muted. */
export const MUTE_DAYS_MAX = 92
export const MuteInput = z.object({ mutedUntil: Instant.nullable().describe('null: not muted any more') })

export const EmailSearch = z.object({ email: z.string().max(EMAIL_LENGTH_MAX) })

export const TeamMember = z.object({
  user: PersonReference,
  role: z.enum(['STAKEHOLDER', 'RESPONDER', 'USER', 'ADMIN']),
})

export const Team = z.object({
  id: Id,
  name: z.string(),
  visibility: z.enum(['PUBLIC', 'PRIVATE']),
  members: z.array(TeamMember),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Team = z.infer<typeof Team>

export const TEAM_MEMBERS_MAX = 500
export const TeamInput = z.object({
  name: Name,
  visibility: z
    .enum(['PUBLIC', 'PRIVATE'])
    .default('PUBLIC')
    .describe('PRIVATE: only members see the team and what it owns'),
  members: z
    .array(
      z.object({ user: Reference, role: z.enum(['STAKEHOLDER', 'RESPONDER', 'USER', 'ADMIN']).default('RESPONDER') }),
    )
    .max(TEAM_MEMBERS_MAX)
    .nullish(),
})
export type TeamInput = z.infer<typeof TeamInput>
