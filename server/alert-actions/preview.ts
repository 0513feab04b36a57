import { loadPlacesAsked } from '../alert-sources/rules/places.ts'
import { parseCondition } from '../conditions/parse.ts'
import type { Database } from '../database/connection.ts'
import { Problem } from '../runtime/problem.ts'
import { type ActionAlert, type ActionEvent, judge, namesFor, placesAsked, writeMessage } from './decide.ts'
import { kindOf } from './kinds/index.ts'
import type { ActionPreview, ActionPreviewInput } from './schema.ts'
import { alertForActions } from './store.ts'

const SAMPLE_LENGTH_MAX = 80
const FIELDS_MAX = 80

/** What unsaved settings would make of an alert, or of an example. Changes nothing, sends nothing. */
export async function previewAction(
  db: Database,
  input: ActionPreviewInput,
  alertUrl: (id: number) => string,
  now: Date,
): Promise<ActionPreview> {
  const alert = input.alertId ? await alertForActions(db, input.alertId, alertUrl) : example(alertUrl, now)
  if (!alert) throw new Problem('not-found', `There is no alert ${input.alertId}.`)
  const event: ActionEvent = {
    type: input.triggerType ?? 'alert-created',
    text: 'What the timeline says about it',
    at: now.toISOString(),
  }
  const conditions = input.conditions?.trim() || null
  const asked = placesAsked(conditions)
  const isIn = await loadPlacesAsked(
    db,
    asked.map(({ place }) => place),
    now,
  )
  const judged = judge(conditions, alert, { counts: {}, isIn }, now)
  const isReadable = conditions === null || parseCondition(conditions, 'alert').ok
  const written = writeMessage(kindOf(input.connectorType).sends, input, alert, event)
  const unknown = asked.filter(({ place }) => isIn(place, now) === null).map(({ error }) => error)
  const ofCondition = judged.problem && unknown.length === 0 ? [judged.problem] : unknown
  return {
    errors: [
      ...ofCondition.map((error) => ({ field: 'conditions', ...error })),
      ...(written.ok ? [] : written.errors.map(({ field, error }) => ({ field: `params.${field}`, ...error }))),
    ],
    holds: isReadable ? judged.holds : null,
    message: written.ok
      ? { title: written.message.title, text: written.message.text, body: written.message.body }
      : null,
    reason: written.ok ? null : written.reason,
    alert: input.alertId ? { id: alert.id, summary: alert.summary } : null,
    fields: fieldsOf(alert, event),
  }
}

function example(alertUrl: (id: number) => string, now: Date): ActionAlert {
  return {
    id: 1,
    summary: 'Disk of web-1 is full',
    details: 'Only **2 %** are left.',
    status: 'PENDING',
    priority: 'HIGH',
    severity: 2,
    alertKey: 'web-1/disk',
    reportTime: now.toISOString(),
    acceptedAt: null,
    resolvedOn: null,
    eventCount: 1,
    alertSource: { id: 1, name: 'Monitoring' },
    escalationPolicy: { id: 1, name: 'Day and night' },
    assignedTo: null,
    labels: { service: 'Web shop' },
    links: [{ href: 'https://example.com/runbook', text: 'Runbook' }],
    customDetails: { host: 'web-1' },
    url: alertUrl(1),
  }
}

/** What templates and conditions may name, with what it is now. */
function fieldsOf(alert: ActionAlert, event: ActionEvent): ActionPreview['fields'] {
  const { alert: whole, ...flat } = namesFor(alert, event)
  const own = Object.entries(flat).map(([name, value]) => ({ template: name, condition: '', value }))
  return [...own, ...leaves(whole, 'alert', 3)].slice(0, FIELDS_MAX).map(({ template, condition, value }) => ({
    template,
    condition,
    sample: String(value ?? '').slice(0, SAMPLE_LENGTH_MAX),
    isPreset: !template.startsWith('alert.customDetails') && !template.startsWith('alert.labels'),
  }))
}

type Leaf = { template: string; condition: string; value: unknown }

function leaves(value: unknown, path: string, depth: number): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ template: path, condition: path, value }]
  if (Array.isArray(value) || depth === 0) return []
  return Object.entries(value)
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .flatMap(([name, inner]) => leaves(inner, `${path}.${name}`, depth - 1))
}
