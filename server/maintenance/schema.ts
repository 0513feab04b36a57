import * as z from 'zod'
import { PersonReference } from '../directory/schema.ts'
import { Id, Instant, LIST_MAX_RESULTS, Reference } from '../http/schema.ts'

export const MAINTENANCE_SOURCES_MAX = 50
export const MAINTENANCE_SUMMARY_LENGTH_MAX = 255
export const MAINTENANCE_DESCRIPTION_LENGTH_MAX = 16_000
/** Who forgets to end a window must not lose alerts for ever. */
export const MAINTENANCE_DAYS_MAX = 366

/** SCHEDULED: not yet; ACTIVE: now, alerts of its sources are dropped; ENDED. */
export const MaintenanceStatus = z.enum(['SCHEDULED', 'ACTIVE', 'ENDED'])

const NobodyYet = z.literal(false, 'Nobody is told of maintenance in this version: leave it false.').nullish()

export const MaintenanceWindowInput = z.object({
  summary: z
    .string()
    .trim()
    .min(1, 'Say what is done.')
    .max(MAINTENANCE_SUMMARY_LENGTH_MAX, `A summary has at most ${MAINTENANCE_SUMMARY_LENGTH_MAX} characters.`),
  description: z.string().max(MAINTENANCE_DESCRIPTION_LENGTH_MAX).nullish().describe('Markdown'),
  timezone: z
    .string()
    .max(100)
    .nullish()
    .describe('the zone people think of it in, e.g. Europe/Berlin; UTC when absent'),
  start: Instant,
  end: Instant,
  alertSources: z
    .array(Reference)
    .min(1, 'Choose at least one alert source.')
    .max(MAINTENANCE_SOURCES_MAX, `At most ${MAINTENANCE_SOURCES_MAX} alert sources.`),
  services: z.array(z.unknown()).max(0, 'There are no services in this version.').nullish(),
  notifications: z.object({ atCreation: NobodyYet, atStart: NobodyYet, atEnd: NobodyYet }).nullish(),
})
export type MaintenanceWindowInput = z.infer<typeof MaintenanceWindowInput>

export const MaintenanceWindow = z.object({
  id: Id,
  summary: z.string(),
  description: z.string(),
  timezone: z.string(),
  start: Instant,
  end: Instant,
  state: z.enum(['OPEN', 'CLOSED']).describe('CLOSED: its end is over'),
  status: MaintenanceStatus,
  alertSources: z.array(z.object({ id: Id, name: z.string() })),
  services: z.array(z.never()),
  notifications: z.object({ atCreation: z.boolean(), atStart: z.boolean(), atEnd: z.boolean() }),
  dropped: z.number().int().describe('how many alerts it dropped'),
  createdBy: PersonReference.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>

const oneOrMany = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(item).max(100).optional(),
  )

export const MaintenanceQuery = z.object({
  state: z.enum(['OPEN', 'CLOSED']).optional(),
  sources: oneOrMany(Id),
  services: oneOrMany(Id),
  from: Instant.optional().describe('ends after this'),
  until: Instant.optional().describe('starts before this'),
  'start-index': z.coerce.number().int().min(0).max(1_000_000).default(0),
  'max-results': z.coerce.number().int().min(1).max(LIST_MAX_RESULTS).default(50),
})
export type MaintenanceQuery = z.infer<typeof MaintenanceQuery>
