import * as z from 'zod'
import { PersonReference } from '../directory/schema.ts'
import { Id, Instant, LIST_MAX_RESULTS } from '../http/schema.ts'
import { ScheduleReference } from '../oncall/schema.ts'

export const AlertStatus = z.enum(['PENDING', 'ACCEPTED', 'RESOLVED'])
export type AlertStatus = z.infer<typeof AlertStatus>

export const Priority = z.enum(['HIGH', 'LOW'])
export type Priority = z.infer<typeof Priority>

export const EventType = z.enum(['ALERT', 'ACCEPT', 'RESOLVE', 'COMMENT'])
export type EventType = z.infer<typeof EventType>

export const SUMMARY_LENGTH_MAX = 1_000
export const DETAILS_LENGTH_MAX = 64_000
export const ALERT_KEY_LENGTH_MAX = 512
export const LINKS_MAX = 10
export const IMAGES_MAX = 10
export const LABELS_MAX = 50
export const COMMENT_LENGTH_MAX = 16_000

const HttpUrl = z.url({ protocol: /^https?$/ }).max(2_048)
export const LinkInput = z.object({
  href: HttpUrl,
  text: z
    .string()
    .max(255)
    .nullish()
    .transform((text) => text ?? ''),
})
export const ImageInput = z.object({ src: HttpUrl, href: HttpUrl.nullish(), alt: z.string().max(255).nullish() })
// What is stored was checked when it came in, and goes out as it is.
const Link = z.object({ href: z.string(), text: z.string() })
const Image = z.object({ src: z.string(), href: z.string().nullish(), alt: z.string().nullish() })
export const Labels = z.record(z.string().max(100), z.string().max(1_000))
export type Labels = z.infer<typeof Labels>

/** Who is asked now, who is next and when: what the countdown draws. */
export const EscalationState = z.object({
  status: z
    .enum(['RUNNING', 'STOPPED', 'ENDED'])
    .describe('STOPPED: somebody answered, or priority LOW has no further level; ENDED: every level was asked'),
  reason: z.string().nullable().describe('why it stopped or ended'),
  round: z.number().int(),
  rounds: z.number().int(),
  climb: z.number().int().describe('how often people sent the alert anew, counted from 1'),
  policyName: z.string().describe('the policy as it was when this climb began, or whom the alert was given to by hand'),
  asked: z.array(
    z.object({
      user: PersonReference,
      levelIndex: z.number().int().describe('-1: as last resort; -2: by hand'),
      climb: z.number().int(),
      round: z.number().int(),
      at: Instant,
      notification: z.enum(['SCHEDULED', 'SUCCESS', 'ERROR', 'CANCELLED', 'BUNDLED']),
    }),
  ),
  next: z
    .object({
      at: Instant,
      levelIndex: z.number().int(),
      round: z.number().int(),
      users: z.array(PersonReference).describe('who it would be if it came now; empty: nobody, the level is skipped'),
    })
    .nullable(),
})
export type EscalationState = z.infer<typeof EscalationState>

const SourceReference = z.object({ id: Id, name: z.string(), integrationType: z.string() })
const PolicyReference = z.object({ id: Id, name: z.string() })

/** Another alert, as far as this one names it. */
export const AlertReference = z.object({
  id: Id,
  summary: z.string(),
  status: AlertStatus,
  priority: Priority,
  reportTime: Instant,
})
export type AlertReference = z.infer<typeof AlertReference>

export const Alert = z.object({
  id: Id,
  summary: z.string(),
  details: z.string(),
  reportTime: Instant,
  acceptedAt: Instant.nullable(),
  resolvedOn: Instant.nullable(),
  status: AlertStatus,
  alertSource: SourceReference,
  escalationPolicy: PolicyReference,
  scalationPolicy: PolicyReference.describe("the same again: the Go client's struct tag has this typo"),
  priority: Priority,
  severity: z.number().int().nullable(),
  alertKey: z.string().nullable(),
  assignedTo: PersonReference.nullable(),
  responders: z.array(
    z.object({
      user: PersonReference,
      status: z.enum(['PENDING', 'ACCEPTED']),
      acceptedAt: Instant.nullable(),
      isAdded: z.boolean().describe('true: put on the alert by hand'),
    }),
  ),
  nextEscalation: Instant.nullable(),
  nextEscalationUser: PersonReference.nullable(),
  nextEscalationRuleIndex: z.number().int().nullable(),
  escalation: EscalationState.nullable(),
  unattendedSince: Instant.nullable().describe('set when every level was asked, or none could be, and nobody answered'),
  images: z.array(Image),
  links: z.array(Link),
  labels: Labels.describe('for 4me: impact, requester, service, team, member, status'),
  customDetails: z.unknown().optional().describe('the payload that opened the alert; only with include=customDetails'),
  acknowledgedBy: PersonReference.nullable(),
  acknowledgedByType: z.enum(['USER', 'SOURCE']).nullable(),
  resolvedBy: PersonReference.nullable(),
  resolvedByType: z.enum(['USER', 'SOURCE']).nullable(),
  eventCount: z.number().int().describe('how many events this alert stands for'),
  previousAlert: z.object({ id: Id }).nullable().describe('the earlier alert of the same record, when it was reopened'),
  createdBy: PersonReference.nullable().describe('who made it by hand'),
  mergeState: z.enum(['NONE', 'MAIN', 'MERGED']),
  mergedIntoId: Id.nullable(),
  linkedIncidentId: z.null(),
  escalationRules: z
    .array(
      z.object({
        escalationTimeout: z.number().int(),
        users: z.array(PersonReference),
        schedules: z.array(ScheduleReference),
        teams: z.array(z.object({ id: Id, name: z.string() })),
      }),
    )
    .optional()
    .describe('the levels as they were when the climb began; of one alert, with include=escalationRules'),
  linkedAlerts: z.array(AlertReference).optional().describe('of one alert'),
  mergedAlerts: z.array(AlertReference).optional().describe('of one alert: those it stands for'),
  subscribers: z.array(PersonReference).optional().describe('of one alert: who follows it'),
})
export type Alert = z.infer<typeof Alert>

const oneOrMany = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(item).max(100).optional(),
  )

const YesOrNo = z.enum(['true', 'false']).optional()

/** Filters of the alert list, in ilert's spelling (`states`, `sources`) and its Go client's (`state`, `alert-source`). */
export const AlertQuery = z.object({
  state: oneOrMany(AlertStatus),
  states: oneOrMany(AlertStatus),
  'alert-source': oneOrMany(Id),
  sources: oneOrMany(Id),
  policies: oneOrMany(Id),
  teams: oneOrMany(Id).describe('teams of the alert source or of the policy'),
  priority: Priority.optional(),
  unattended: YesOrNo.describe('true: only those nobody answered and nobody is left to ask for'),
  merged: YesOrNo.describe('false: without those that are merged into another'),
  'assigned-to': oneOrMany(z.string().max(255)),
  responders: oneOrMany(z.string().max(255)),
  from: Instant.optional(),
  until: Instant.optional(),
  query: z.string().max(200).optional().describe('text in summary, details or alert key'),
  cursor: z
    .string()
    .max(100)
    .optional()
    .describe('goes on where a page ended: the header next-cursor of that page; in place of start-index'),
  'start-index': z.coerce.number().int().min(0).max(1_000_000).default(0),
  'max-results': z.coerce.number().int().min(1).max(LIST_MAX_RESULTS).default(50),
})
export type AlertQuery = z.infer<typeof AlertQuery>

export const AlertCount = z.object({ count: z.number().int() })

export const ResolveInput = z
  .object({ comment: z.string().max(COMMENT_LENGTH_MAX).optional() })
  .nullish()
  .transform((input) => input ?? {})

export const LogEntryFilterType = z.enum(['NOTIFICATIONS', 'ALERT_SOURCE_EVENTS', 'ALERT_UPDATES', 'CONNECTOR_EVENTS'])
export type LogEntryFilterType = z.infer<typeof LogEntryFilterType>

/** One line of an alert's timeline, oldest first. */
export const LogEntry = z.object({
  id: Id,
  timestamp: Instant,
  logEntryType: z
    .string()
    .describe('e.g. AlertReceivedLogEntry, NotificationLogEntry, UserResponseLogEntry, NobodyOnCallLogEntry'),
  text: z.string().describe('plain text'),
  alertId: Id,
  filterTypes: z.array(LogEntryFilterType),
  vars: z.record(z.string(), z.unknown()).optional(),
})
export type LogEntry = z.infer<typeof LogEntry>

/** The body of `POST /api/events`; ilert's Go and JS clients say `apiKey` and `incidentKey`. */
export const EventInput = z.object({
  integrationKey: z.string().max(200).optional(),
  apiKey: z.string().max(200).optional(),
  eventType: EventType,
  summary: z.string().max(SUMMARY_LENGTH_MAX).nullish(),
  details: z.string().max(DETAILS_LENGTH_MAX).nullish(),
  alertKey: z.string().trim().max(ALERT_KEY_LENGTH_MAX).nullish(),
  incidentKey: z.string().trim().max(ALERT_KEY_LENGTH_MAX).nullish(),
  priority: Priority.or(z.literal('')).nullish(),
  severity: z.number().int().min(1).max(5).nullish(),
  images: z.array(ImageInput).max(IMAGES_MAX).nullish(),
  links: z.array(LinkInput).max(LINKS_MAX).nullish(),
  comments: z
    .array(z.object({ creator: z.string().max(255).nullish(), content: z.string().max(COMMENT_LENGTH_MAX) }))
    .max(50)
    .nullish(),
  labels: Labels.nullish().describe(`the first ${LABELS_MAX} are kept`),
  customDetails: z.record(z.string(), z.unknown()).nullish().describe('anything, within the size of the body'),
  routingKey: z.string().max(255).nullish(),
})
export type EventInput = z.infer<typeof EventInput>

export const EventAnswer = z.object({
  alertKey: z.string().nullable(),
  alertUrl: z.string().nullable(),
  responseCode: z.string(),
  receipt: z.string().describe('id of the delivery: GET /api/deliveries/{id} tells what became of it'),
})
export type EventAnswer = z.infer<typeof EventAnswer>
