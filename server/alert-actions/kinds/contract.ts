import type * as z from 'zod'
import type { Outcome } from '../../channels/contract.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Outbound } from '../../runtime/outbound.ts'
import type { ConnectorType } from '../schema.ts'

/** What leaves, the same on every attempt. */
export interface OutgoingMessage {
  /** Stable over attempts: the receiver may recognise what it has already. */
  id: string
  title: string
  text: string
  /** The alert's page. */
  url: string
  /** The body of a call; null where words are sent. */
  body: string | null
  alertId: number
}

export interface KindTools {
  outbound: Outbound
  clock: Clock
  /** With what calls are signed; null where they are not. */
  signingKey: string | null
  /** The settings of the channel the kind needs; null when it is not set up. */
  channel: Record<string, unknown> | null
  signal?: AbortSignal | undefined
}

/** One kind of place an alert action sends to. */
export interface ActionKind {
  type: ConnectorType
  title: string
  summary: string
  settings: z.ZodObject
  /** What a connector holds of the settings. */
  connectorFields: readonly string[]
  /** Write-only, and stored sealed. */
  secrets: string[]
  /** Where the secrets are sent. */
  secretsBelongTo: string[]
  /** TEXT: title and text; BODY: one template makes the whole body. */
  sends: 'TEXT' | 'BODY'
  /** The channel whose settings it needs. */
  channel: 'SLACK' | 'TELEGRAM' | null
  /** Where it sends to, as far as it may be shown. */
  destination(settings: Record<string, unknown>): string
  /** Never throws: whatever happens is an outcome. */
  send(message: OutgoingMessage, settings: Record<string, unknown>, tools: KindTools): Promise<Outcome>
}
