import type { Status } from './incident.ts'

/** What a sender was promised by one 2xx. */
interface Promised {
  incident: string
  /** Null when the product died after the status line; the sender is content with that. */
  receipt: string | null
}

/** When the sender did what about one incident, in milliseconds since 1970. */
interface Moments {
  triedAt: number
  promisedAt: number
  /** When its answer was first sent, acknowledged or not; null before. */
  answeredFrom: number | null
}

/** What the outside world remembers: kept here and nowhere in the product. */
export interface Ledger {
  promised: Promised[]
  /** By incident: what its alert must be in the end, by the deliveries that were acknowledged. */
  wanted: Map<string, Status>
  /** Of the incidents that were acknowledged. */
  moments: Map<string, Moments>
  /** Attempts that got no 2xx: sent again until they did. */
  unacknowledged: number
  /** Milliseconds until the slowest 503. */
  worstRefusalMs: number
  /** Answers that no delivery may get, whatever happens to the product. */
  improper: string[]
}

/** A ledger with nothing in it. */
export function newLedger(): Ledger {
  return { promised: [], wanted: new Map(), moments: new Map(), unacknowledged: 0, worstRefusalMs: 0, improper: [] }
}
