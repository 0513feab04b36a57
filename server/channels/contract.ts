/** What happened to one message; the station decides what follows. */
export type Outcome =
  | { kind: 'sent'; receipt: string | null }
  | { kind: 'retry'; reason: string; afterSeconds?: number }
  | { kind: 'refused'; reason: string }

/** A page to one person by one contact: everything a channel needs to write it. */
export interface PageMessage {
  /** Idempotency key of the intent, stable over attempts. */
  id: string
  /** Where it goes, e.g. an e-mail address. */
  target: string
  person: { firstName: string; language: 'en' | 'de' }
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

/** One way to reach a person. */
export interface Channel {
  method: 'EMAIL'
  /** Never throws: whatever happens is an outcome. */
  send(message: PageMessage, signal?: AbortSignal): Promise<Outcome>
  /** Null when messages would be taken now, else why not in one sentence. Never throws, and sends nothing. */
  probe(): Promise<string | null>
  close(): Promise<void>
}
