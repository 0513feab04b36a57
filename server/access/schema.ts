import * as z from 'zod'
import { EmailAddress, Role, User } from '../directory/schema.ts'

export const PASSWORD_LENGTH_MIN = 12
export const PASSWORD_LENGTH_MAX = 256
export const NewPassword = z
  .string()
  .min(PASSWORD_LENGTH_MIN, `Use at least ${PASSWORD_LENGTH_MIN} characters: a short sentence works well.`)
  .max(PASSWORD_LENGTH_MAX)

export const SignInInput = z.object({
  email: z.string().trim().min(1).max(254),
  password: z.string().min(1).max(PASSWORD_LENGTH_MAX),
})

/** First run: whoever holds the printed link becomes the owner. */
export const WelcomeInput = z.object({
  token: z.string().min(1).max(200),
  firstName: z.string().trim().min(1, 'Give your first name.').max(255),
  lastName: z.string().trim().max(255).default(''),
  email: EmailAddress,
  password: NewPassword,
  timezone: z.string().max(64).optional(),
})
export type WelcomeInput = z.infer<typeof WelcomeInput>

export const Session = z.object({
  user: User.nullable().describe('null for the service Automation'),
  role: Role,
  csrfToken: z.string().describe('send as X-CSRF-Token with every change'),
})
export type Session = z.infer<typeof Session>

export const WelcomeState = z.object({ needsOwner: z.boolean() })
