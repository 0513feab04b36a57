import * as z from 'zod'

/** Database ids of the REST API: positive integers that fit a JavaScript number. */
export const Id = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)

/** An instant, ISO 8601 in UTC. */
export const Instant = z.iso.datetime({ offset: true })

export const NAME_LENGTH_MAX = 255
export const Name = z
  .string()
  .trim()
  .min(1, 'Give it a name.')
  .max(NAME_LENGTH_MAX, `A name has at most ${NAME_LENGTH_MAX} characters.`)

/** A reference in a request. Clients send whole zero objects: only `id` is read. */
export const Reference = z.object({ id: Id })

export const LIST_MAX_RESULTS = 100

/** Paging as ilert's clients send it; asking above the cap is refused, not clamped. */
export const Paging = z.object({
  'start-index': z.coerce.number().int().min(0).default(0),
  'max-results': z.coerce.number().int().min(1).max(LIST_MAX_RESULTS).default(50),
})
export type Paging = z.infer<typeof Paging>

export const IdParams = z.object({ id: Id })

/** RFC 9457 members and ilert's, in one object. */
export const ProblemDetails = z.object({
  type: z.string().describe('URI of the page that explains this kind of problem'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string(),
  message: z.string().describe("ilert's spelling of detail"),
  code: z.string().describe("ilert's error code, e.g. INVALID_INPUT"),
  errors: z
    .array(
      z.object({ field: z.string().describe('path of the field, e.g. escalationRules.0.users'), message: z.string() }),
    )
    .optional(),
  uses: z
    .array(z.object({ kind: z.string(), id: Id.nullable(), name: z.string() }))
    .optional()
    .describe('of in-use: what needs the thing; `?replacement=` puts another in its place'),
})
export type ProblemDetails = z.infer<typeof ProblemDetails>

/** What the banners above every page need to know. */
export const SystemStatus = z.object({
  version: z.string(),
  publicUrl: z.string(),
  demo: z.boolean(),
  sandboxUrl: z.string().nullable(),
  inboxUrl: z.string().nullable(),
  banners: z.array(
    z.object({
      code: z.string().describe('no-way-to-send, plain-http, default-policy-empty, unattended, …'),
      tone: z.enum(['danger', 'caution', 'info']),
      text: z.string(),
      link: z.string().nullable().describe('path in the web app that helps'),
    }),
  ),
})
export type SystemStatus = z.infer<typeof SystemStatus>
