import * as z from 'zod'
import { ChannelMethod } from '../../channels/schema.ts'
import { Id, Instant } from '../../http/schema.ts'

/** What a contact is, as its part of the path: ilert's two, and ours. */
export const ContactKind = z.enum([
  'emails',
  'phone-numbers',
  'push-devices',
  'telegram',
  'ntfy',
  'slack',
  'teams',
  'mattermost',
  'discord',
  'webhooks',
])
export type ContactKind = z.infer<typeof ContactKind>

export const TARGET_LENGTH_MAX = 2_000

/** Where a person can be reached. */
export const Contact = z.object({
  id: Id,
  kind: ContactKind,
  target: z.string().describe('of a secret address only its host and its end'),
  status: z.enum(['OK', 'LOCKED', 'BLACKLISTED']).describe('LOCKED until verified; BLACKLISTED: nothing reaches it'),
  methods: z.array(ChannelMethod).describe('the ways a message can go to it'),
  regionCode: z.string().nullable(),
  primary: z.boolean(),
  verified: z.boolean(),
  brokenReason: z.string().nullable().describe('why nothing reaches it'),
  createdAt: Instant,
})
export type Contact = z.infer<typeof Contact>

/** A contact as it was made: of a webhook, with the key its messages are signed with. */
export const NewContact = Contact.extend({
  signingKey: z.string().optional().describe('shown once: signs the messages, as Standard Webhooks say'),
})
export type NewContact = z.infer<typeof NewContact>

export const ContactInput = z.object({
  target: z.string().trim().min(1, 'Give the address.').max(TARGET_LENGTH_MAX),
  regionCode: z
    .string()
    .trim()
    .regex(/^[A-Za-z]{2}$/, 'A region has two letters, such as AT.')
    .nullish()
    .or(z.literal('').transform(() => null)),
  primary: z.boolean().nullish(),
  label: z.string().trim().max(80).nullish().describe('what a browser is called'),
})
export type ContactInput = z.infer<typeof ContactInput>

export const CODE_DIGITS = 6
export const VerifyInput = z.object({ code: z.string().trim().max(20) })
export const TargetSearch = z.object({ target: z.string().max(TARGET_LENGTH_MAX) })
