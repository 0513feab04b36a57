import * as z from 'zod'
import { oneLine } from '../../runtime/text.ts'
import type { IncomingEvent, Reading, RecordState, Target } from '../contract.ts'
import type { LookUpRequest } from './receive.ts'
import { accountOrigin } from './regions.ts'
import type { FourmeSettings } from './settings.ts'
import { effectOf, type RecordKind } from './status.ts'

const NAME_LENGTH_MAX = 200
const MS_PER_MINUTE = 60_000

const optional = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .catch(null)
    .transform((value) => value ?? null)
const Text = optional(z.string().transform((text) => oneLine(text, NAME_LENGTH_MAX)))
const Reference = optional(z.object({ id: z.union([z.string(), z.number()]).transform(String), name: Text }))

/** The fields a reading is made of, wherever they come from. */
const Fields = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  subject: Text,
  status: Text,
  category: Text,
  impact: Text,
  major_incident_status: Text,
  team: Reference,
  member: Reference,
  service_instance: Reference,
  service: Reference,
  source: Text,
  created_at: Text,
  updated_at: Text,
  next_target_at: Text,
  response_target_at: Text,
  analysis_target_at: Text,
})

const Kind = z.enum(['request', 'problem'])
/** A reading as it was kept; of one from a delivery alone much is undefined: not told. */
const Kept = z.object({
  kind: Kind,
  id: z.string(),
  account: z.string(),
  subject: Text,
  status: Text,
  category: z.string().nullable().optional(),
  impact: z.string().nullable().optional(),
  majorIncident: z.string().nullable().optional(),
  team: z.string().nullable().optional(),
  teamId: Text,
  member: Text,
  memberId: Text,
  service: z.string().nullable().optional(),
  source: z.string().nullable().optional(),
  createdAt: Text,
  updatedAt: Text,
  targets: z.record(z.string(), z.string().nullable()).optional(),
})
export type FourmeReading = z.infer<typeof Kept>

/** The fields that lists must ask for. */
export const READING_FIELDS: Record<RecordKind, string> = {
  request:
    'id,subject,status,category,impact,major_incident_status,team,member,service_instance,source,created_at,updated_at,next_target_at,response_target_at',
  problem: 'id,subject,status,category,impact,team,member,service,source,created_at,updated_at,analysis_target_at',
}

/** How a record stands, from 4me's own JSON. Empty when that is no record. */
export function readingOf(kind: RecordKind, account: string, json: unknown): Reading {
  const parsed = Fields.safeParse(json)
  if (!parsed.success) return {}
  const record = parsed.data
  const service = record.service_instance ?? record.service
  return {
    kind,
    id: record.id,
    account,
    subject: record.subject ?? null,
    status: record.status ?? null,
    category: record.category ?? null,
    impact: record.impact ?? null,
    majorIncident: record.major_incident_status ?? null,
    team: record.team?.name ?? null,
    teamId: record.team?.id ?? null,
    member: record.member?.name ?? null,
    memberId: record.member?.id ?? null,
    service: service?.name ?? null,
    source: record.source ?? null,
    createdAt: record.created_at ?? null,
    updatedAt: record.updated_at ?? null,
    targets: {
      next_target_at: record.next_target_at ?? record.analysis_target_at ?? null,
      response_target_at: record.response_target_at ?? null,
    },
  } satisfies FourmeReading
}

/** A kept reading; null when it is none of ours. */
export function keptReading(reading: Reading): FourmeReading | null {
  return Kept.safeParse(reading).data ?? null
}

/** The key of a record's alert. */
export function keyOf(reading: Pick<FourmeReading, 'account' | 'kind' | 'id'>): string {
  return `${reading.account}:${reading.kind}:${reading.id}`
}

/** What to ask for, for an alert key; null when it is none of 4me's. */
export function requestOf(alertKey: string): LookUpRequest | null {
  const match = /^([a-z0-9][a-z0-9._-]{0,62}):(request|problem):(\d{1,20})$/i.exec(alertKey.trim())
  const [, account, record, id] = match ?? []
  if (account === undefined || record === undefined || id === undefined) return null
  return { account, record: Kind.parse(record.toLowerCase()), id }
}

/** What a record's status means under the source's table. */
export function stateOf(reading: Reading, settings: FourmeSettings): RecordState {
  const kept = keptReading(reading)
  const status = kept?.status ?? null
  if (!kept || status === null) return { type: 'NONE', status }
  const effect = effectOf(kept.kind, status, settings.statusMap)
  return { type: effect === null || effect === 'IGNORE' ? 'NONE' : effect, status }
}

/** The event of a record that stands so, without a delivery that told. */
export function eventOf(reading: Reading, settings: FourmeSettings): IncomingEvent {
  const kept = keptReading(reading)
  if (!kept) throw new Error('A reading of 4me has a kind, a number and an account.')
  const name = `${kept.kind === 'request' ? 'Request' : 'Problem'} ${kept.id}`
  const origin = accountOrigin(settings, kept.account)
  const parts = [
    kept.status && `status ${kept.status}`,
    kept.team && `team ${kept.team}`,
    kept.member && `member ${kept.member}`,
  ]
  const labels = {
    team: kept.team,
    member: kept.member,
    status: kept.status,
    impact: kept.impact,
    category: kept.category,
  }
  return {
    ...stateOf(reading, settings),
    alertKey: keyOf(kept),
    version: null,
    birth: false,
    isCurrent: true,
    text: `4me was asked: ${kept.kind} ${kept.id} has ${parts.filter(Boolean).join(', ') || 'no status'}. No webhook told.`,
    facts: {
      summary: kept.subject || name,
      links: origin ? [{ href: `${origin}/${kept.kind}s/${kept.id}`, text: `${name} in 4me` }] : [],
      labels: Object.fromEntries(
        Object.entries(labels).filter((label): label is [string, string] => Boolean(label[1])),
      ),
    },
    customDetails: asDelivered(kept),
    comments: [],
    routingKey: null,
    lookup: { record: kept.kind, id: kept.id, account: kept.account } satisfies LookUpRequest,
    onlyIfFound: null,
    reading,
  }
}

/** The record as a webhook would have told of it, for the source's rules: they name the fields of deliveries. */
function asDelivered(kept: FourmeReading): Record<string, unknown> {
  const numbered = (id: string | null) => (Number.isSafeInteger(Number(id ?? '')) ? Number(id) : id)
  const reference = (id: string | null, name: string | null | undefined) => (name ? { id: numbered(id), name } : null)
  return {
    account_id: kept.account,
    event: `${kept.kind}.update`,
    object_id: numbered(kept.id),
    payload: {
      status: kept.status,
      team: reference(kept.teamId, kept.team),
      member: reference(kept.memberId, kept.member),
      source: kept.source ?? null,
      category: kept.category ?? null,
      impact: kept.impact ?? null,
    },
  }
}

/** Why a record must not open an alert under the source's filters; `unknown` when the reading does not tell. */
export function filterRefusal(
  reading: Reading,
  settings: FourmeSettings,
): { rule: string; reason: string } | 'unknown' | null {
  const { filters } = settings
  const kept = keptReading(reading)
  if (!filters || !kept) return null
  const given = (['kind', 'team', 'source', 'category', 'impact', 'service'] as const).filter(
    (field) => (filters[field]?.length ?? 0) > 0,
  )
  if (given.length === 0) return null
  const major = settings.majorIncident ?? []
  if (kept.kind === 'request' && major.length > 0) {
    if (kept.majorIncident === undefined) return 'unknown'
    if (includes(major, kept.majorIncident)) return null
  }
  let isUnknown = false
  for (const field of given) {
    const value = kept[field]
    if (value === undefined) isUnknown = true
    else if (!includes(filters[field] ?? [], value)) {
      const what = value === null ? `no ${field}` : `${field} ${value}`
      return {
        rule: `filter-${field}`,
        reason: `The source's filter lets ${field} ${(filters[field] ?? []).join(', ')} pass; this record has ${what}.`,
      }
    }
  }
  return isUnknown ? 'unknown' : null
}

function includes(list: readonly string[], value: string | null): boolean {
  return value !== null && list.some((one) => one.toLowerCase() === value.toLowerCase())
}

/** When the target a source watches is missed; null when there is none, or its clock stands still. */
export function targetOf(reading: Reading, settings: FourmeSettings): Target | null {
  const { slaTrigger } = settings
  const kept = keptReading(reading)
  if (!slaTrigger || !kept || stateOf(reading, settings).type === 'RESOLVE') return null
  const name = slaTrigger.target ?? 'next_target_at'
  // best_effort, no_target and clock_stopped stand where a time would.
  const at = Date.parse(kept.targets?.[name] ?? '')
  if (Number.isNaN(at)) return null
  return {
    at: new Date(at),
    warnAt: new Date(at - slaTrigger.minutesBefore * MS_PER_MINUTE),
    action: slaTrigger.action ?? 'RAISE',
    name: name === 'next_target_at' ? 'next target' : 'response target',
  }
}
