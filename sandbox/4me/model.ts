import type { Faults } from './faults.ts'
import type { Kind } from './vocabulary.ts'

export interface Person {
  id: number
  name: string
  email: string
  jobTitle: string
  teamIds: number[]
  isAdministrator: boolean
}

export interface Team {
  id: number
  name: string
}

export interface Service {
  id: number
  name: string
  supportTeamId: number
  instance: { id: number; name: string }
}

/** A request or a problem. What only one of the two has is null on the other. */
export interface Ticket {
  kind: Kind
  id: number
  /** The account or support domain it was registered in. */
  accountId: string
  source: string | null
  sourceId: string | null
  subject: string
  category: string
  impact: string | null
  status: string
  urgent: boolean
  teamId: number | null
  memberId: number | null
  createdById: number
  requestedById: number | null
  requestedForId: number | null
  managerId: number | null
  serviceId: number | null
  completionReason: string | null
  majorIncidentStatus: string | null
  knownError: boolean
  workaround: string | null
  waitingUntil: string | null
  /** When the wait ends on the sandbox's scaled clock. */
  wakeAt: string | null
  targetAt: string | null
  createdAt: string
  updatedAt: string
  endedAt: string | null
  reopenCount: number
  /** Fields that nothing follows from; absent in files of an earlier sandbox. */
  plain?: Record<string, unknown>
  assignmentCount: number
}

export interface Note {
  id: number
  kind: Kind
  ticketId: number
  personId: number | null
  text: string
  internal: boolean
  createdAt: string
}

export interface AuditLine {
  id: number
  kind: Kind
  ticketId: number
  /** Null when the system did it. */
  personId: number | null
  action: string
  changes: { field: string; from: string | null; to: string | null }[]
  createdAt: string
}

export interface Webhook {
  id: number
  name: string
  event: string
  uri: string
  disabled: boolean
  description: string
  mailExceptionsTo: string
  policyId: number | null
  openIdConnectDiscovery: boolean
  verified: boolean
  verification: { code: string; expiresAt: number } | null
  consecutiveFailures: number
  lastError: string | null
  lastDeliveryId: string | null
  createdById: number
  createdAt: string
  updatedAt: string
}

/** How a webhook's messages are signed. */
export interface WebhookPolicy {
  id: number
  name: string
  algorithm: string
  audience: string | null
  expiresInMinutes: number | null
  /** Private key in PEM, or the shared secret. */
  key: string
  kid: string
  createdAt: string
  updatedAt: string
}

/** What is known of a receiving server, across its webhooks. */
export interface ReceivingHost {
  host: string
  consecutiveFailures: number
  throttledUntil: string | null
}

/** A mail 4me would send when a webhook fails. */
export interface ExceptionMail {
  at: string
  webhookId: number
  to: string
  subject: string
  text: string
}

export type DeliveryState = 'waiting' | 'withheld' | 'sending' | 'succeeded' | 'failed' | 'dropped'

/** One attempt to bring one event to one address. */
export interface Delivery {
  id: string
  webhookId: number
  name: string
  event: string
  state: DeliveryState
  test: boolean
  attempt: number
  createdAt: string
  dueAt: string
  completedAt: string | null
  durationMs: number | null
  retryOf: string | null
  retriedBy: string | null
  redeliveryOf: string | null
  redeliveredBy: string[]
  uri: string
  link: string
  body: string
  requestHeaders: Record<string, string>
  responseStatus: number | null
  responseHeaders: Record<string, string>
  error: string | null
}

/** What a token is allowed or denied: record type → letters of C, R, U, D. */
export interface Scope {
  effect: 'allow' | 'deny'
  actions: Record<string, string>
  /** Empty means every account the person may see. */
  accounts: string[]
}

export interface Token {
  id: number
  name: string
  kind: 'personal' | 'oauth'
  personId: number
  hash: string
  /** The first characters, so that a person can tell their tokens apart. */
  start: string
  scopes: Scope[]
  createdAt: string
  lastUsedAt: string | null
  expiresAt: string | null
}

export interface OauthApplication {
  id: number
  name: string
  clientId: string
  secretHash: string
  personId: number
  scopes: Scope[]
}

export type Numbered = 'request' | 'problem' | 'note' | 'audit' | 'webhook' | 'policy' | 'token' | 'application'

/** All that the pretend 4me account remembers. */
export interface State {
  version: 1
  account: { id: string; name: string }
  /** Accounts whose records this one's webhooks hear of too. */
  supportDomains: { id: string; name: string }[]
  /** A seed makes ids and codes repeatable. */
  chance: { seed: string | null; drawn: number }
  lastId: Record<Numbered, number>
  people: Person[]
  teams: Team[]
  services: Service[]
  tickets: Ticket[]
  notes: Note[]
  auditLines: AuditLine[]
  webhooks: Webhook[]
  policies: WebhookPolicy[]
  hosts: ReceivingHost[]
  exceptionMails: ExceptionMail[]
  deliveries: Delivery[]
  tokens: Token[]
  applications: OauthApplication[]
  faults: Faults
}

/** Takes the next number of a kind of record. */
export function nextId(state: State, kind: Numbered): number {
  state.lastId[kind] += 1
  return state.lastId[kind]
}
