import { evaluate } from '../conditions/evaluate.ts'
import { parseCondition, placesOf } from '../conditions/parse.ts'
import type { Place } from '../conditions/tree.ts'
import { type TextError, textError } from '../runtime/text-error.ts'
import { addSeconds } from '../runtime/time.ts'
import { parseTemplate } from '../templates/parse.ts'
import { renderTemplate } from '../templates/render.ts'
import type { TriggerType } from './schema.ts'

type Counts = Readonly<Record<string, { count: number; endsAt: string }>>

/** An alert as conditions and templates of its actions see it. */
export interface ActionAlert {
  id: number
  summary: string
  details: string
  status: string
  priority: string
  severity: number | null
  alertKey: string | null
  reportTime: string
  acceptedAt: string | null
  resolvedOn: string | null
  eventCount: number
  alertSource: { id: number; name: string }
  escalationPolicy: { id: number; name: string }
  assignedTo: { id: number; firstName: string; lastName: string } | null
  labels: Record<string, string>
  links: { href: string; text: string }[]
  customDetails: unknown
  url: string
}

/** What happened to it. */
export interface ActionEvent {
  type: TriggerType | 'manual'
  /** The line of the timeline. */
  text: string
  at: string
}

export interface Judgement {
  holds: boolean
  counts: Counts
  problem: TextError | null
}

/** Whether an action's condition lets an alert through; what cannot be worked out does not hold, as in ilert. Pure. */
export function judge(
  conditions: string | null,
  alert: ActionAlert,
  facts: { counts: Counts; isIn(place: Place, at: Date): boolean | null },
  now: Date,
): Judgement {
  if (conditions === null || conditions.trim() === '') return { holds: true, counts: facts.counts, problem: null }
  const parsed = parseCondition(conditions, 'alert')
  if (!parsed.ok) return { holds: false, counts: facts.counts, problem: parsed.error }
  return evaluate(parsed.tree, { roots: { alert }, now, counts: facts.counts, isIn: facts.isIn }, conditions)
}

/** The support hours and schedules a condition asks about. */
export function placesAsked(conditions: string | null): { place: Place; error: TextError }[] {
  const parsed = conditions === null ? null : parseCondition(conditions, 'alert')
  if (!parsed?.ok) return []
  return placesOf(parsed.tree).map(({ place, offset }) => ({
    place,
    error: textError(
      conditions ?? '',
      offset,
      place.type === 'SUPPORT_HOUR' ? `There are no support hours ${place.id}.` : `There is no schedule ${place.id}.`,
    ),
  }))
}

/** Whether the end of an alert, or an answer, takes the sense from a message that waited for its delay. Pure. */
export function needless(trigger: string, status: string): string | null {
  if (trigger === 'v-alert-not-resolved' && status === 'RESOLVED') return 'The alert was resolved in time.'
  if (trigger === 'alert-escalation-ended' && status !== 'PENDING') return 'Somebody answered meanwhile.'
  return null
}

const HAPPENED: Record<ActionEvent['type'], string> = {
  'alert-created': 'New alert',
  'alert-assigned': 'Assigned',
  'alert-auto-escalated': 'Escalated',
  'alert-acknowledged': 'Accepted',
  'alert-raised': 'Raised to high priority',
  'alert-comment-added': 'Comment',
  'alert-escalation-ended': 'Nobody answered',
  'alert-resolved': 'Resolved',
  'alert-auto-resolved': 'Resolved by its timeout',
  'alert-reopened': 'Opened again',
  'alert-responder-added': 'Somebody was asked to help',
  'alert-responder-removed': 'Somebody was taken off',
  'alert-channel-attached': 'Channel attached',
  'alert-channel-detached': 'Channel detached',
  'v-alert-not-resolved': 'Still not resolved',
  manual: 'Sent by hand',
}

/** What a template of an action may name: ilert's variables, and everything of the alert. */
export function namesFor(alert: ActionAlert, event: ActionEvent): Record<string, unknown> {
  return {
    alertId: String(alert.id),
    alertKey: alert.alertKey,
    alertSummary: alert.summary,
    alertDetails: alert.details,
    alertStatus: alert.status,
    alertPriority: alert.priority,
    alertUrl: alert.url,
    alertSourceId: String(alert.alertSource.id),
    alertSourceName: alert.alertSource.name,
    escalationPolicyId: String(alert.escalationPolicy.id),
    escalationPolicyName: alert.escalationPolicy.name,
    reportTime: alert.reportTime,
    link: alert.links[0]?.href ?? null,
    eventType: event.type,
    eventText: event.text,
    eventTime: event.at,
    alert,
  }
}

export interface Templates {
  titleTemplate?: string | null | undefined
  bodyTemplate?: string | null | undefined
}

export type Written =
  | { ok: true; message: { title: string; text: string; url: string; body: string | null } }
  | { ok: false; reason: string; errors: { field: string; error: TextError }[] }

const TITLE_LENGTH_MAX = 300

/** What an action says about an alert. Pure. */
export function writeMessage(
  sends: 'TEXT' | 'BODY',
  templates: Templates,
  alert: ActionAlert,
  event: ActionEvent,
): Written {
  if (sends === 'BODY') return writeBody(templates.bodyTemplate, alert, event)
  const names = namesFor(alert, event)
  const title = filled('titleTemplate', templates.titleTemplate, names)
  const text = filled('bodyTemplate', templates.bodyTemplate, names)
  const errors = [title, text].flatMap((one) => (one && 'error' in one ? [one] : []))
  if (errors.length > 0) return failed(errors)
  const plain = (one: typeof title) => (one && 'text' in one ? one.text.trim() : '')
  return {
    ok: true,
    message: {
      title: (plain(title).replaceAll(/\s+/g, ' ') || `${HAPPENED[event.type]}: ${alert.summary}`).slice(
        0,
        TITLE_LENGTH_MAX,
      ),
      text: plain(text) || defaultText(alert, event),
      url: alert.url,
      body: null,
    },
  }
}

function defaultText(alert: ActionAlert, event: ActionEvent): string {
  const who = alert.assignedTo ? `${alert.assignedTo.firstName} ${alert.assignedTo.lastName}` : null
  const lines = [
    event.type === 'alert-created' || event.text === '' ? null : event.text,
    `Alert ${alert.id} · ${alert.status} · ${alert.priority} · ${alert.alertSource.name}`,
    who === null ? null : `Assigned to ${who}`,
  ]
  return lines.filter((line) => line !== null).join('\n')
}

/** ilert's body: the alert, and what happened. */
function defaultBody(alert: ActionAlert, event: ActionEvent): string {
  const { id, url, customDetails: _unsent, ...rest } = alert
  return JSON.stringify({
    ...rest,
    id: String(id),
    alertUrl: url,
    eventType: event.type,
    eventText: event.text,
    eventTime: event.at,
  })
}

function writeBody(template: string | null | undefined, alert: ActionAlert, event: ActionEvent): Written {
  const title = `${HAPPENED[event.type]}: ${alert.summary}`.slice(0, TITLE_LENGTH_MAX)
  const message = (body: string): Written => ({ ok: true, message: { title, text: '', url: alert.url, body } })
  // Values are escaped before they are put in: a quotation mark in a summary must not end the text it stands in.
  const filledIn = filled('bodyTemplate', template, escaped(namesFor(alert, event)))
  if (filledIn === null) return message(defaultBody(alert, event))
  if ('error' in filledIn) return failed([filledIn])
  if (filledIn.text.trim() === '') return message(defaultBody(alert, event))
  try {
    JSON.parse(filledIn.text)
  } catch {
    const error = textError(
      template ?? '',
      0,
      'What it makes is not valid JSON. Put texts in quotation marks, as in "{{ alertSummary }}".',
    )
    return failed([{ field: 'bodyTemplate', error }])
  }
  return message(filledIn.text)
}

function failed(errors: { field: string; error: TextError }[]): Written {
  const [first] = errors
  return { ok: false, reason: `The template cannot be used: ${first?.error.message ?? ''}`, errors }
}

type Filled = { text: string } | { field: string; error: TextError } | null

function filled(field: string, template: string | null | undefined, names: Record<string, unknown>): Filled {
  if (!template || template.trim() === '') return null
  const parsed = parseTemplate(template)
  if (!parsed.ok) return { field, error: parsed.error }
  const rendered = renderTemplate(parsed.tree, names, template)
  return rendered.ok ? { text: rendered.text } : { field, error: rendered.error }
}

/** Every text as it stands between the quotation marks of JSON. */
function escaped(value: unknown): Record<string, unknown> {
  const within = (one: unknown): unknown => {
    if (typeof one === 'string') return JSON.stringify(one).slice(1, -1)
    if (Array.isArray(one)) return one.map(within)
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, within(inner)]))
  }
  return within(value) as Record<string, unknown>
}

const RETRY_SECONDS = [5, 30, 120, 600, 1_800] as const
const RETRY_SECONDS_MAX = 3_600

/** When a message is tried again; the receiver's own word on waiting counts. `attempts` counts the one that failed. */
export function retryAt(attempts: number, afterSeconds: number | undefined, now: Date): Date {
  const planned = RETRY_SECONDS[attempts - 1] ?? RETRY_SECONDS_MAX
  return addSeconds(now, Math.max(planned, Math.min(afterSeconds ?? 0, RETRY_SECONDS_MAX)))
}
