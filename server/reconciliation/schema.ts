import * as z from 'zod'
import { Id, Instant } from '../http/schema.ts'

export const DIFFERENCES_SHOWN = 200
export const BASELINE_SHOWN = 200

/** A record that stands otherwise in the other system than was known here. */
export const Difference = z.object({
  alertKey: z.string(),
  title: z.string(),
  kind: z.enum(['UNKNOWN', 'REOPENED', 'STATUS', 'OVER']),
  known: z.string().nullable().describe('what was known here, e.g. ALERT'),
  found: z.string().nullable().describe("the record's status in the other system"),
  action: z
    .enum(['APPLIED', 'FILTERED', 'SHOWN'])
    .describe('SHOWN: a dry run; FILTERED: a filter of the source keeps it out'),
  alert: z.object({ id: Id }).nullable(),
})
export type Difference = z.infer<typeof Difference>

/** An open record from before the source was set up: listed, never paged. */
export const BaselineRecord = z.object({
  alertKey: z.string(),
  title: z.string(),
  status: z.string().nullable(),
  createdAt: Instant,
})
export type BaselineRecord = z.infer<typeof BaselineRecord>

/** One comparison of the open records on both sides. */
export const Reconciliation = z.object({
  at: Instant.nullable().describe('null: nothing was compared yet'),
  checked: z.number().int().describe('open records in the other system'),
  isComplete: z.boolean().describe('false: there were more than one comparison reads, or a kind may not be read'),
  differences: z.array(Difference),
  baseline: z.array(BaselineRecord),
  baselineCount: z.number().int(),
  baselineAt: Instant.nullable().describe('records created before are the baseline'),
  nextAt: Instant.nullable(),
  failure: z.string().nullable().describe('why the last comparison could not be made'),
})
export type Reconciliation = z.infer<typeof Reconciliation>

/** `dryRun` shows the differences and changes nothing; `includeBaseline` alerts for records of the baseline too. */
export const ReconcileInput = z
  .object({ dryRun: z.boolean().optional(), includeBaseline: z.boolean().optional() })
  .nullish()
  .transform((input) => input ?? {})
