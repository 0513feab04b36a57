import type * as z from 'zod'
import type { Outbound } from '../runtime/outbound.ts'

export type { Outbound } from '../runtime/outbound.ts'

/** One inbound connection's own settings, secrets included, as its `settings` schema parses them. */
export type IntegrationSettings = Record<string, unknown>

/** In the headers of a delivery that `admit` let in; nobody can send it. */
export const ADMISSION_HEADER = 'tocsin-admitted'

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
  /** As much of the record's state as the delivery itself tells, for filters. */
  reading?: Reading
  /** True when this is how the record stands now, asked a moment ago: no order is needed to believe it. */
  isCurrent?: true
  /** Something the source's owner should look at. */
  warning?: { code: string; text: string }
  /** True when the record must be asked for first: if it is `missing`, the delivery is ignored with this reason. */
  onlyIfFound: { rule: string; reason: string } | null
}

/** How a record of the other system stands, as its integration reads it. Others keep it and hand it back. */
export type Reading = Record<string, unknown>

export type Received =
  /** `onceKey`: a delivery that brings the same again is a repetition. */
  | { kind: 'event'; name: string; event: IncomingEvent; onceKey?: string }
  | { kind: 'verify'; name: string; webhookId: string; callback: string; onceKey?: string }
  | { kind: 'ignore'; name: string | null; alertKey: string | null; rule: string; reason: string }
  /** `untyped`: what it would be, should a rule of the source say which type it has, or give it a key. */
  | { kind: 'quarantine'; name: string | null; rule: string; reason: string; untyped?: IncomingEvent }

/** What somebody wrote at a record, beside its description. */
export interface RecordNote {
  id: string
  text: string
  author: string | null
  at: Date
}

export type LookUpOutcome =
  /** `isPartial`: the notes could not be read this time; they are worth asking for again. */
  | { kind: 'found'; facts: AlertFacts; reading?: Reading; notes?: RecordNote[]; isPartial?: true }
  | { kind: 'missing'; reason: string }
  /** Cannot be asked now. `warning` also tells the source's owner what to mend, e.g. a scope the token lacks. */
  | { kind: 'retry'; reason: string; afterSeconds?: number; warning?: { code: string; text: string } }

/** What a record's reading means for its alert. */
export interface RecordState {
  type: 'ALERT' | 'ACCEPT' | 'RESOLVE' | 'NONE'
  status: string | null
}

/** Whether a sender is who it must be; `unknown`: it cannot be told just now. */
export type Admission =
  | { kind: 'admitted'; mark: string }
  | { kind: 'refused'; rule: string; reason: string }
  | { kind: 'unknown'; reason: string }

export type Deed = 'ACCEPT' | 'RESOLVE' | 'COMMENT' | 'REROUTE'

/** Something people did here that belongs into the other system too. */
export interface OutgoingDeed {
  deed: Deed
  decidedAt: Date
  /** The record's status as it was known when it was decided. */
  baseStatus: string | null
  person: { name: string; email: string } | null
  /** A comment. */
  text: string | null
  /** The escalation policy it was handed to. */
  policyId: number | null
}

export type WriteOutcome =
  /** `conflict`: the part that was not written, as the other system's state is newer. */
  | {
      kind: 'written'
      text: string
      status: string | null
      conflict?: string
      warning?: { code: string; text: string }
    }
  /** Only shown: the source writes nothing yet. */
  | { kind: 'would-write'; text: string }
  /** The other system says the same already. */
  | { kind: 'nothing'; text: string }
  /** The other system's state is newer and stands. */
  | { kind: 'conflict'; text: string }
  | { kind: 'refused'; text: string }
  /** `isForAll`: nothing of this source can be written now. */
  | {
      kind: 'retry'
      reason: string
      afterSeconds?: number
      isForAll: boolean
      warning?: { code: string; text: string }
    }

/** An open record as a list shows it. */
export interface ListedRecord {
  alertKey: string
  title: string
  createdAt: Date
  reading: Reading
}

export type Listing =
  | { kind: 'listed'; records: ListedRecord[]; isComplete: boolean }
  | { kind: 'failed'; reason: string; afterSeconds?: number; warning?: { code: string; text: string } }

export interface ConnectionCheck {
  code: string
  label: string
  ok: boolean
  text: string
}

/** A promise of the other system that runs out. */
export interface Target {
  at: Date
  warnAt: Date
  action: 'RAISE' | 'ESCALATE'
  name: string
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
  /** Pure: why a record must not open an alert; `unknown` when the reading does not tell. */
  filterRefusal?(reading: Reading, settings: IntegrationSettings): { rule: string; reason: string } | 'unknown' | null
  /** Pure: what a reading means. */
  stateOf?(reading: Reading, settings: IntegrationSettings): RecordState
  /** Pure: the event of a record that stands so now, without a delivery that told. */
  eventOf?(reading: Reading, settings: IntegrationSettings): IncomingEvent
  /** True when deliveries must prove who sent them. `settings`: without secrets. */
  mustAdmit?(settings: Record<string, unknown>): boolean
  /** Checks who sent a delivery, before it is kept. */
  admit?(body: string, settings: Record<string, unknown>, outbound: Outbound, now: Date): Promise<Admission>
  /** Pure: whether this belongs into the other system. `settings`: without secrets. */
  wantsDeed?(deed: Deed, settings: Record<string, unknown>): boolean
  /** Writes what was done of one record, oldest first; `isRepeat`: an earlier try may have got through. */
  write?(
    alertKey: string,
    deeds: readonly OutgoingDeed[],
    settings: IntegrationSettings,
    outbound: Outbound,
    isRepeat: boolean,
  ): Promise<WriteOutcome>
  /** Every open record the token may see. */
  listOpen?(settings: IntegrationSettings, outbound: Outbound): Promise<Listing>
  /** Pure: what to look up for an alert key; null when it is none of this system's. */
  lookUpOf?(alertKey: string): Record<string, unknown> | null
  /** Minutes between two comparisons with the other system. */
  reconcileMinutes?(settings: Record<string, unknown>): number
  /** Pure: when the record's target is missed and what to do before. */
  targetOf?(reading: Reading, settings: IntegrationSettings): Target | null
  examples: IntegrationExample[]
}
