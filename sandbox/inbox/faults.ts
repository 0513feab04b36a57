import * as z from 'zod'

/** What the mail server does wrong on purpose. A change names only what it changes. */
export const SmtpFaults = z.object({
  mode: z.enum(['none', 'temporary', 'permanent', 'slow', 'hang', 'drop', 'drop-after']),
  /** The code of a temporary refusal. */
  code: z.union([z.literal(421), z.literal(450), z.literal(451)]),
  /** For how many messages; null until it is switched off. */
  remaining: z.number().int().min(1).max(100_000).nullable(),
  slowMs: z.number().int().min(0).max(120_000),
})
export type SmtpFaults = z.infer<typeof SmtpFaults>

export const SmtpFaultsChange = SmtpFaults.partial()

/** The mail server on a good day. */
export function noSmtpFaults(): SmtpFaults {
  return { mode: 'none', code: 450, remaining: null, slowMs: 3_000 }
}

/** Takes the fault for one message, and counts it. */
export function takeSmtpFault(faults: SmtpFaults): SmtpFaults {
  const taken = { ...faults }
  if (faults.mode !== 'none' && faults.remaining !== null) {
    faults.remaining -= 1
    if (faults.remaining <= 0) Object.assign(faults, { mode: 'none', remaining: null })
  }
  return taken
}
