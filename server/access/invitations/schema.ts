import * as z from 'zod'
import { NewPassword } from '../schema.ts'

export const INVITATION_DAYS = 7
export const AcceptInput = z.object({ token: z.string().min(1).max(200), password: NewPassword })
export type AcceptInput = z.infer<typeof AcceptInput>
