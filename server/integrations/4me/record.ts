import * as z from 'zod'
import { oneLine, plainText } from '../../runtime/text.ts'
import type { AlertFacts, IncomingLink } from '../contract.ts'
import { usualWeight } from './impact.ts'
import type { FourmeSettings } from './settings.ts'
import type { RecordKind } from './status.ts'

const SUMMARY_LENGTH_MAX = 1_000
const DETAILS_LENGTH_MAX = 64_000
const LABEL_LENGTH_MAX = 255

const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null)
const Text = optional(z.string())
/** What is referred to has a name, a subject or a label, depending on its type. */
const Reference = optional(
  z
    .object({ name: Text, subject: Text, label: Text })
    .transform(({ name, subject, label }) => name ?? subject ?? label ?? null),
)

/** The fields of a request or problem that an alert shows. */
export const FourmeRecord = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  subject: Text,
  impact: Text,
  category: Text,
  status: Text,
  team: Reference,
  member: Reference,
  requested_for: Reference,
  requested_by: Reference,
  manager: Reference,
  service_instance: Reference,
  service: Reference,
  major_incident_status: Text,
  next_target_at: Text,
  resolution_target_at: Text,
  analysis_target_at: Text,
})
export type FourmeRecord = z.infer<typeof FourmeRecord>

const Note = z.object({ text: Text })

/** A record's facts as an alert shows them. Pure. */
export function factsOf(
  kind: RecordKind,
  record: FourmeRecord,
  notes: unknown,
  links: IncomingLink[],
  settings: Pick<FourmeSettings, 'impactPriority' | 'majorIncident'> = {},
): AlertFacts {
  const details = descriptionOf(notes)
  const impact = record.impact ?? ''
  const labels: Record<string, string | null | undefined> = {
    impact,
    'major incident': record.major_incident_status?.replaceAll('_', ' '),
    category: record.category,
    status: record.status,
    team: record.team,
    member: record.member,
    requester: record.requested_for ?? record.requested_by,
    ...(kind === 'problem' ? { manager: record.manager } : {}),
    service: record.service_instance ?? record.service,
    // best_effort, no_target and clock_stopped stand where a time would.
    target: (record.next_target_at ?? record.resolution_target_at ?? record.analysis_target_at)?.replaceAll('_', ' '),
  }
  const summary = oneLine(record.subject ?? '', SUMMARY_LENGTH_MAX)
  return {
    ...(summary === '' ? {} : { summary }),
    ...(details === null ? {} : { details }),
    ...weightOf(impact, record.major_incident_status ?? null, settings),
    ...(links.length > 0 ? { links } : {}),
    labels: Object.fromEntries(
      Object.entries(labels).flatMap(([name, value]) => {
        const text = oneLine(value ?? '', LABEL_LENGTH_MAX)
        return text === '' ? [] : [[name, text]]
      }),
    ),
  }
}

/** Priority and severity of an impact under the source's own table; a major incident that counts is as heavy as can be. */
function weightOf(
  impact: string,
  major: string | null,
  settings: Pick<FourmeSettings, 'impactPriority' | 'majorIncident'>,
): Pick<AlertFacts, 'priority' | 'severity'> {
  const wanted = settings.majorIncident ?? []
  if (major !== null && wanted.some((one) => one.toLowerCase() === major.toLowerCase()))
    return { priority: 'HIGH', severity: 1 }
  const usual = usualWeight(impact)
  if (!usual) return {}
  const own = settings.impactPriority?.[impact as keyof NonNullable<FourmeSettings['impactPriority']>]
  return { ...usual, ...(own ? definedOnly(own) : {}) }
}

function definedOnly(weight: { priority?: 'HIGH' | 'LOW' | undefined; severity?: number | undefined }) {
  return {
    ...(weight.priority === undefined ? {} : { priority: weight.priority }),
    ...(weight.severity === undefined ? {} : { severity: weight.severity }),
  }
}

/** A record has no description: its first note is it. Null when there is none, or notes could not be read. */
function descriptionOf(notes: unknown): string | null {
  if (!Array.isArray(notes)) return null
  for (const note of notes) {
    const parsed = Note.safeParse(note)
    const text = parsed.success ? plainText(parsed.data.text ?? '', DETAILS_LENGTH_MAX) : ''
    if (text !== '') return text
  }
  return null
}
