import type * as z from 'zod'
import type { Outbound } from '../runtime/outbound.ts'

export type { Outbound } from '../runtime/outbound.ts'

/** One inbound connection's own settings, secrets included, as its `settings` schema parses them. */
export type IntegrationSettings = Record<string, unknown>

/** What arrived, as a plug-in sees it: lower-case header names, body decoded as UTF-8. */
export interface ReceivedDelivery {
  headers: Record<string, string>
  body: string
}

export interface IncomingLink {
  href: string
  text: string
}

/** The facts of an alert an event or a look-up may bring; what is absent stays as it is. */
export interface AlertFacts {
  summary?: string
  details?: string
  priority?: 'HIGH' | 'LOW'
  severity?: number
  links?: IncomingLink[]
  images?: { src: string; href?: string | null; alt?: string | null }[]
  labels?: Record<string, string>
}

/** A delivery's meaning for one alert key. */
export interface IncomingEvent {
  /** `NONE`: a status without effect; it is recorded, and makes no other change late. */
  type: 'ALERT' | 'ACCEPT' | 'RESOLVE' | 'COMMENT' | 'NONE'
  alertKey: string | null
  /** Total order of the record's changes; null when the sender has none, then arrival counts. */
  version: number | null
  /** True when the event announces the record's birth: it opens an alert only for a record never seen. */
  birth: boolean
  /** The sender's own word for the record's state. */
  status: string | null
  /** One sentence for the timeline, e.g. `4me: accepted by Howard Tanner`. */
  text: string
  /** ilert's name of the timeline entry, where it has one for this event. */
  entryType?: string
  facts: AlertFacts
  customDetails: unknown
  comments: { creator: string | null; content: string }[]
  routingKey: string | null
  /** What `lookUp` needs to fetch the rest; null when nothing is missing. */
  lookup: Record<string, unknown> | null
  /** True when the record must be asked for first: if it is `missing`, the delivery is ignored with this reason. */
  onlyIfFound: { rule: string; reason: string } | null
}

export type Received =
  | { kind: 'event'; name: string; event: IncomingEvent }
  | { kind: 'verify'; name: string; webhookId: string; callback: string }
  | { kind: 'ignore'; name: string | null; alertKey: string | null; rule: string; reason: string }
  /** `untyped`: what it would be, should a rule of the source say which type it has, or give it a key. */
  | { kind: 'quarantine'; name: string | null; rule: string; reason: string; untyped?: IncomingEvent }

export type LookUpOutcome =
  | { kind: 'found'; facts: AlertFacts }
  | { kind: 'missing'; reason: string }
  /** Cannot be asked now. `warning` also tells the source's owner what to mend, e.g. a scope the token lacks. */
  | { kind: 'retry'; reason: string; afterSeconds?: number; warning?: { code: string; text: string } }

export interface ConnectionCheck {
  code: string
  label: string
  ok: boolean
  text: string
}

export interface IntegrationExample {
  name: string
  delivery: ReceivedDelivery
  received: unknown
}

export interface Integration {
  type: string
  slug: string
  title: string
  monogram: string
  summary: string
  keywords: string[]
  featured: boolean
  /** True for Tocsin itself: nobody creates such a source, and nobody sends to it. */
  isOwn?: true
  /** True when nobody sends to the source itself: it has no key. */
  isKeyless?: true
  features: { name: string; supported: boolean }[]
  webhookEvents: string[]
  /** True when alert keys stand for records of the outside system whose state outlives the alert (a ticket, not a monitor). */
  tracksRecords: boolean
  /** Title of the settings tab; null when the integration has no settings of its own. */
  settingsTitle: string | null
  /** Complete settings; an input is merged over what is saved before it is parsed. */
  settings: z.ZodType<IntegrationSettings> | null
  /** Names of the settings that are write-only and stored sealed. */
  secrets: string[]
  /** Names of the settings that say where the secrets are sent: when one changes, they must be entered again. */
  secretsBelongTo: string[]
  /** Pure: delivery → meaning. `settings` is null until they were saved. */
  receive(delivery: ReceivedDelivery, settings: IntegrationSettings | null): Received
  lookUp?(
    request: Record<string, unknown>,
    settings: IntegrationSettings,
    outbound: Outbound,
    signal?: AbortSignal,
  ): Promise<LookUpOutcome>
  /** Pure: why this callback must not be followed, or null when it may (invariants.md SEC-4). */
  callbackRefusal?(
    callback: { url: string; webhookId: string },
    settings: IntegrationSettings,
    now: Date,
  ): string | null
  /** When the code in the callback ends, or null when it does not say. */
  callbackExpiresAt?(url: string): Date | null
  testConnection?(settings: IntegrationSettings, outbound: Outbound, signal?: AbortSignal): Promise<ConnectionCheck[]>
  examples: IntegrationExample[]
}
