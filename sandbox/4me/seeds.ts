import { noFaults } from './faults.ts'
import type { AuditLine, Note, Person, Service, State, Team, Ticket } from './model.ts'

const SERVICE_DESK = 14
const NETWORK = 15
const APPLICATIONS = 16
const HOWARD = 6
const DAY_MS = 86_400_000

const teams: Team[] = [
  { id: SERVICE_DESK, name: 'Service Desk' },
  { id: NETWORK, name: 'Network' },
  { id: APPLICATIONS, name: 'Applications' },
]

const services: Service[] = [
  { id: 31, name: 'E-mail', supportTeamId: APPLICATIONS, instance: { id: 51, name: 'E-mail – Production' } },
  { id: 32, name: 'Local Area Network', supportTeamId: NETWORK, instance: { id: 52, name: 'Office Network' } },
  { id: 33, name: 'Web Shop', supportTeamId: APPLICATIONS, instance: { id: 53, name: 'Web Shop – Production' } },
  { id: 34, name: 'Workplace', supportTeamId: SERVICE_DESK, instance: { id: 54, name: 'Workplace Support' } },
]

function peopleOf(account: string): Person[] {
  const person = (id: number, name: string, jobTitle: string, teamIds: number[], isAdministrator = false): Person => ({
    id,
    name,
    email: `${name.toLowerCase().replace(' ', '.')}@${account}.example`,
    jobTitle,
    teamIds,
    isAdministrator,
  })
  return [
    // On every team, so that 4me's habit of moving a request to a team of whoever completes it does not surprise.
    person(HOWARD, 'Howard Tanner', 'Account Administrator', [SERVICE_DESK, NETWORK, APPLICATIONS], true),
    person(58, 'Ellen Brown', 'Service Desk Analyst', [SERVICE_DESK]),
    person(61, 'Marco Reyes', 'Network Engineer', [NETWORK]),
    person(64, 'Priya Nair', 'Application Engineer', [APPLICATIONS]),
    person(72, 'Lucy Grant', 'Head of Sales', []),
    person(75, 'Tom Becker', 'Warehouse Supervisor', []),
  ]
}

interface Past {
  kind: Ticket['kind']
  id: number
  subject: string
  category: string
  impact: string | null
  teamId: number
  memberId: number
  requestedById: number | null
  serviceId: number
  reason: string | null
  daysAgo: number
  note: string
  answer: string
}

const past: Past[] = [
  {
    kind: 'request',
    id: 70466,
    subject: 'Scanner at dock 4 does not connect',
    category: 'incident',
    impact: 'medium',
    teamId: NETWORK,
    memberId: 61,
    requestedById: 75,
    serviceId: 32,
    reason: 'solved',
    daysAgo: 12,
    note: 'The hand scanner at dock 4 shows “no network” since this morning. The others work.',
    answer: 'The access point above dock 4 was restarted and is watched for a day.',
  },
  {
    kind: 'request',
    id: 70467,
    subject: 'Access to the quarterly sales report',
    category: 'rfc',
    impact: null,
    teamId: SERVICE_DESK,
    memberId: 58,
    requestedById: 72,
    serviceId: 34,
    reason: 'solved',
    daysAgo: 6,
    note: 'Please give my two new colleagues access to the quarterly report.',
    answer: 'Both have access from today.',
  },
  {
    kind: 'problem',
    id: 331,
    subject: 'Web shop slows down during nightly stock import',
    category: 'reactive',
    impact: 'low',
    teamId: APPLICATIONS,
    memberId: 64,
    requestedById: null,
    serviceId: 33,
    reason: null,
    daysAgo: 20,
    note: 'Three incidents this month point to the stock import that starts at 02:00.',
    answer: 'The import now reads from the replica. No further incidents for a week.',
  },
]

/** A new account: people, teams, services and a little closed history; no webhooks, no tokens. */
export function seedState(account: string, now: Date, seed: string | null = null): State {
  const state: State = {
    version: 1,
    account: { id: account, name: account.charAt(0).toUpperCase() + account.slice(1) },
    supportDomains: [{ id: `${account}-it`, name: `${account.charAt(0).toUpperCase()}${account.slice(1)} IT` }],
    chance: { seed, drawn: 0 },
    lastId: {
      request: 70469,
      problem: 331,
      note: 3449,
      audit: 71959,
      webhook: 218,
      policy: 0,
      token: 0,
      application: 0,
    },
    people: peopleOf(account),
    teams,
    services,
    tickets: [],
    notes: [],
    auditLines: [],
    webhooks: [],
    policies: [],
    hosts: [],
    exceptionMails: [],
    deliveries: [],
    tokens: [],
    applications: [],
    faults: noFaults(),
  }
  for (const [index, one] of past.entries()) remember(state, one, index, now)
  return structuredClone(state)
}

function remember(state: State, one: Past, index: number, now: Date): void {
  const createdAt = new Date(now.getTime() - one.daysAgo * DAY_MS).toISOString()
  const endedAt = new Date(now.getTime() - (one.daysAgo - 1) * DAY_MS).toISOString()
  const status = one.kind === 'request' ? 'completed' : 'solved'
  state.tickets.push({
    kind: one.kind,
    id: one.id,
    accountId: state.account.id,
    source: null,
    sourceId: null,
    subject: one.subject,
    category: one.category,
    impact: one.impact,
    status,
    urgent: false,
    teamId: one.teamId,
    memberId: one.memberId,
    createdById: one.requestedById ?? HOWARD,
    requestedById: one.requestedById,
    requestedForId: one.requestedById,
    managerId: one.kind === 'problem' ? HOWARD : null,
    serviceId: one.serviceId,
    completionReason: one.reason,
    majorIncidentStatus: null,
    knownError: false,
    workaround: null,
    waitingUntil: null,
    wakeAt: null,
    targetAt: null,
    createdAt,
    updatedAt: endedAt,
    endedAt,
    reopenCount: 0,
    assignmentCount: 1,
  })
  const about = { kind: one.kind, ticketId: one.id }
  const note = { ...about, internal: false }
  const notes: Note[] = [
    { ...note, id: 3440 + index * 2, personId: one.requestedById ?? HOWARD, text: one.note, createdAt },
    { ...note, id: 3441 + index * 2, personId: one.memberId, text: one.answer, createdAt: endedAt },
  ]
  const created: AuditLine = {
    ...about,
    id: 71950 + index * 2,
    personId: one.requestedById ?? HOWARD,
    action: 'created',
    changes: [{ field: 'Status', from: null, to: 'assigned' }],
    createdAt,
  }
  const ended: AuditLine = {
    ...about,
    id: 71951 + index * 2,
    personId: one.memberId,
    action: 'updated',
    changes: [{ field: 'Status', from: 'assigned', to: status }],
    createdAt: endedAt,
  }
  state.notes.push(...notes)
  state.auditLines.push(created, ended)
}
