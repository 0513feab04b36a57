import type * as z from 'zod'
import type { Clock } from '../runtime/clock.ts'
import type { Outbound } from '../runtime/outbound.ts'
import type { ChannelMethod } from './schema.ts'

export type { ChannelMethod } from './schema.ts'

/** What happened to one message; the station decides what follows. */
export type Outcome =
  /** Taken by the provider. `awaitsReceipt`: it will say later whether the message arrived. */
  | { kind: 'sent'; receipt: string | null; awaitsReceipt?: boolean }
  | { kind: 'retry'; reason: string; afterSeconds?: number }
  /** Never to be tried again. `isGone`: nothing will ever reach this contact. */
  | { kind: 'refused'; reason: string; isGone?: boolean }

/** What can be answered, and how: by an address that opens a page, or by a short token. */
export interface AnswerOffer {
  verb: 'accept' | 'resolve' | 'escalate'
  label: string
  /** A page whose button answers; opening it changes nothing. */
  url: string
}

interface MessageBase {
  /** Idempotency key, stable over attempts. */
  id: string
  /** Where it goes: an address, a number, a URL, or a subscription as JSON. */
  target: string
  person: { firstName: string; language: 'en' | 'de' }
  priority: 'HIGH' | 'LOW'
  /** One line: what it is about. */
  title: string
  /** A few lines, without what the title says. */
  text: string
  /** As it is spoken on a telephone. */
  spoken: string
  /** What may be answered; empty when nothing can. */
  answers: AnswerOffer[]
  /** Names one message in what comes back from a provider. */
  token: string
  /** Where a provider may report on this message. */
  callbackUrl: string
  /** Messages with the same thread belong together. */
  thread: string
  /** The page in the web app that shows it. */
  url: string
}

/** A page to one person by one contact: everything a channel needs to write it. */
export interface PageMessage extends MessageBase {
  kind: 'page'
  alert: {
    id: number
    summary: string
    details: string
    priority: 'HIGH' | 'LOW'
    severity: number | null
    sourceName: string
    reportTime: Date
    labels: Record<string, string>
    links: { href: string; text: string }[]
  }
  round: number
  levelIndex: number
  /** True for those who are told because nobody else could be reached, or nobody answered. */
  isLastResort: boolean
  /** True for those whom somebody asked by hand, beside the policy. */
  isByHand: boolean
  /** What happened, for who only wants to know; null: the person is asked to answer. */
  update: string | null
  /** The alert's page in the web app. */
  alertUrl: string
  /** Pages whose button accepts or resolves; opening them changes nothing. */
  acceptUrl: string
  resolveUrl: string
}

/** A message that asks nobody to answer an alert: a code, a test, an update, a summary. */
export interface NoticeMessage extends MessageBase {
  kind: 'notice'
}

export type Message = PageMessage | NoticeMessage

/** One way to reach a person. */
export interface Channel {
  method: ChannelMethod
  /** Never throws: whatever happens is an outcome. */
  send(message: Message, signal?: AbortSignal): Promise<Outcome>
  /** Null when messages would be taken now, else why not in one sentence. Never throws, and sends nothing. */
  probe(): Promise<string | null>
  close(): Promise<void>
}

/** How one call to a gateway went. */
export interface GatewaySighting {
  at: Date
  isGood: boolean
  ms: number
}

/** What was seen of gateways, by whichever node called them. */
export interface GatewayMemory {
  recall(names: readonly string[], since: Date): Promise<Map<string, GatewaySighting[]>>
  note(name: string, sighting: GatewaySighting): Promise<void>
}

/** What a channel may use of the world. */
export interface ChannelTools {
  outbound: Outbound
  clock: Clock
  /** Origin of this installation. */
  publicUrl: string
  /** Where a provider sends what nobody asked for, such as a text message. */
  inboundUrl: string
  /** What a provider must repeat in its calls to us. */
  inboundSecret: string
  /** Absent: the process remembers for itself. */
  gateways?: GatewayMemory
}

/** A kind of channel that is set up by settings; the form is drawn from the schema. */
export interface ChannelKind<Settings extends Record<string, unknown> = Record<string, unknown>> {
  method: ChannelMethod
  title: string
  summary: string
  settings: z.ZodType<Settings>
  /** Names of the settings that are write-only and stored sealed. */
  secrets: string[]
  /** Names of the settings that say where the secrets are sent. */
  secretsBelongTo: string[]
  /** True when it works without any settings. */
  needsNothing: boolean
  /** Throws a sentence when the settings cannot work. */
  create(settings: Settings, tools: ChannelTools): Channel
}
