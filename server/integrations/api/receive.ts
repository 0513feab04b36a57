import * as z from 'zod'
import { readJson } from '../../runtime/json.ts'
import type { AlertFacts, IncomingEvent, Received, ReceivedDelivery } from '../contract.ts'

const ALERT_KEY_LENGTH_MAX = 512
const COMMENTS_MAX = 50
const TEXT_LENGTH_MAX = 200

const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null)
const HttpUrl = z.url({ protocol: /^https?$/ }).max(2_048)
/** A list whose broken entries are left out: one bad link must not cost the alert. */
const listOf = <T extends z.ZodType>(item: T) =>
  optional(z.array(z.unknown())).transform((list): z.infer<T>[] =>
    (list ?? []).flatMap((entry) => {
      const parsed = item.safeParse(entry)
      return parsed.success ? [parsed.data] : []
    }),
  )

const Text = optional(z.string())
const Event = z.object({
  eventType: z
    .string()
    .transform((type) => type.trim().toUpperCase())
    .pipe(z.enum(['ALERT', 'ACCEPT', 'RESOLVE', 'COMMENT'])),
  summary: Text,
  details: Text,
  alertKey: Text,
  incidentKey: Text,
  priority: optional(z.enum(['HIGH', 'LOW'])),
  severity: optional(z.number().int().min(1).max(5)),
  links: listOf(z.object({ href: HttpUrl, text: Text })),
  images: listOf(z.object({ src: HttpUrl, href: optional(HttpUrl), alt: Text })),
  comments: listOf(z.object({ creator: Text, content: z.string().min(1) })),
  labels: optional(z.record(z.string(), z.unknown())),
  customDetails: optional(z.record(z.string(), z.unknown())),
  routingKey: Text,
})
type Event = z.infer<typeof Event>
const UntypedEvent = Event.omit({ eventType: true })

/** What an event of our own API means. Pure; never throws. The door has already refused what is plainly malformed. */
export function receive(delivery: ReceivedDelivery): Received {
  const read = readJson(delivery.body, 'plain')
  if (!read.ok) return quarantine('not-json', read.reason)
  if (typeof read.value !== 'object' || read.value === null || Array.isArray(read.value)) {
    return quarantine('not-an-event', 'The body is not a JSON object.')
  }
  const parsed = Event.safeParse(read.value)
  if (!parsed.success) {
    const body = UntypedEvent.safeParse(read.value)
    return {
      ...quarantine('not-an-event', 'The body has no eventType of ALERT, ACCEPT, RESOLVE or COMMENT.'),
      ...(body.success ? { untyped: untyped(body.data, read.value) } : {}),
    }
  }

  const event = parsed.data
  const alertKey = keyOf(event)
  if (alertKey !== null && alertKey.length > ALERT_KEY_LENGTH_MAX) {
    return quarantine(
      'alert-key-too-long',
      `The alertKey is longer than ${ALERT_KEY_LENGTH_MAX} characters.`,
      event.eventType,
    )
  }
  if (alertKey === null && event.eventType !== 'ALERT') {
    const reason = `${event.eventType} needs the alertKey of the alert it is for.`
    return { ...quarantine('no-alert-key', reason, event.eventType), untyped: incoming(event, null) }
  }
  return { kind: 'event', name: event.eventType, event: incoming(event, alertKey) }
}

function quarantine(rule: string, reason: string, name: string | null = null): Received & { kind: 'quarantine' } {
  return { kind: 'quarantine', name, rule, reason }
}

/** Any JSON object, as an event whose type only the source's rules can tell. */
function untyped(body: Omit<Event, 'eventType'>, payload: object): IncomingEvent {
  const alertKey = keyOf(body)
  const event = incoming(
    { ...body, eventType: 'ALERT' },
    alertKey === null || alertKey.length <= ALERT_KEY_LENGTH_MAX ? alertKey : null,
  )
  const { summary } = event.facts
  return {
    ...event,
    type: 'NONE',
    text: `API event${summary === undefined ? '' : `: ${shortened(summary)}`}`,
    customDetails: body.customDetails ?? withoutKey(payload),
  }
}

/** The key opens doors, and what is kept is shown. */
function withoutKey(payload: object): object {
  return Object.fromEntries(Object.entries(payload).filter(([name]) => name !== 'integrationKey' && name !== 'apiKey'))
}

function keyOf(event: Pick<Event, 'alertKey' | 'incidentKey'>): string | null {
  return (event.alertKey ?? '').trim() || (event.incidentKey ?? '').trim() || null
}

function shortened(summary: string): string {
  return summary.length > TEXT_LENGTH_MAX ? `${summary.slice(0, TEXT_LENGTH_MAX)}…` : summary
}

function incoming(event: Event, alertKey: string | null): IncomingEvent {
  const summary = event.summary?.replace(/\s+/g, ' ').trim() ?? ''
  const shown = shortened(summary)
  return {
    type: event.eventType,
    alertKey,
    version: null,
    birth: false,
    status: null,
    text: `API event ${event.eventType}${shown === '' ? '' : `: ${shown}`}`,
    facts: factsOf(event, summary),
    customDetails: event.customDetails ?? null,
    comments: event.comments
      .slice(0, COMMENTS_MAX)
      .map(({ creator, content }) => ({ creator: creator ?? null, content })),
    routingKey: event.routingKey?.trim() || null,
    lookup: null,
    onlyIfFound: null,
  }
}

function factsOf(event: Event, summary: string): AlertFacts {
  const labels = Object.entries(event.labels ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  )
  return {
    ...(summary === '' ? {} : { summary }),
    ...(event.details ? { details: event.details } : {}),
    ...(event.priority ? { priority: event.priority } : {}),
    ...(event.severity ? { severity: event.severity } : {}),
    ...(event.links.length > 0 ? { links: event.links.map(({ href, text }) => ({ href, text: text ?? '' })) } : {}),
    ...(event.images.length > 0
      ? { images: event.images.map(({ src, href, alt }) => ({ src, href: href ?? null, alt: alt ?? null })) }
      : {}),
    ...(labels.length > 0 ? { labels: Object.fromEntries(labels) } : {}),
  }
}
