import * as z from 'zod'

/** Providers whose messages end on the phone. */
export const Provider = z.enum(['gateway', 'backup-gateway', 'push', 'telegram', 'ntfy', 'slack', 'hooks'])
export type Provider = z.infer<typeof Provider>

/** What a provider does wrong on purpose. */
export const PhoneFault = z.object({
  mode: z.enum(['none', 'slow', '5xx', '429', 'lost-receipt', 'bounce', 'stop']),
  /** For how many messages; null until it is switched off. */
  remaining: z.number().int().min(1).max(100_000).nullable().default(null),
  slowMs: z.number().int().min(0).max(120_000).default(3_000),
})
export type PhoneFault = z.infer<typeof PhoneFault>
export const PhoneFaultChange = PhoneFault.partial({ remaining: true, slowMs: true }).extend({ provider: Provider })

export type PhoneFaults = Record<Provider, PhoneFault>

/** Every provider on a good day. */
export function noPhoneFaults(): PhoneFaults {
  const well: PhoneFault = { mode: 'none', remaining: null, slowMs: 3_000 }
  return Object.fromEntries(Provider.options.map((one) => [one, { ...well }])) as PhoneFaults
}

/** Takes the fault for one message, and counts it. */
export function takePhoneFault(faults: PhoneFaults, provider: Provider): PhoneFault {
  const fault = faults[provider]
  const taken = { ...fault }
  if (fault.mode !== 'none' && fault.remaining !== null) {
    fault.remaining -= 1
    if (fault.remaining <= 0) Object.assign(fault, { mode: 'none', remaining: null })
  }
  return taken
}
