import type { AlertActionInput, ConnectorType, TriggerType } from '../../server/alert-actions/schema.ts'
import type { Action } from '../api/alert-actions.ts'

/** An alert action while it is edited; what is drawn from a schema is kept by its own form. */
export type ActionDraft = {
  name: string
  type: ConnectorType
  connectorId: string
  alertSources: number[]
  teams: number[]
  mode: 'AUTOMATIC' | 'MANUAL'
  triggers: TriggerType[]
  escalationEndedMinutes: string
  notResolvedMinutes: string
  conditions: string
  titleTemplate: string
  bodyTemplate: string
  headers: string
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What the form begins with. */
export function draftOf(action: Action | null): ActionDraft {
  return {
    name: action?.name ?? '',
    type: action?.connectorType ?? 'slack_webhook',
    connectorId: action?.connectorId ?? '',
    alertSources: action?.alertSources.map(({ id }) => id) ?? [],
    teams: action?.teams.map(({ id }) => id) ?? [],
    mode: action?.triggerMode ?? 'AUTOMATIC',
    triggers: action?.triggerTypes ?? ['alert-created', 'alert-acknowledged', 'alert-resolved'],
    escalationEndedMinutes: minutesOf(action?.escalationEndedDelaySec ?? 0),
    notResolvedMinutes: minutesOf(action?.notResolvedDelaySec ?? 3_600),
    conditions: action?.conditions ?? '',
    titleTemplate: text(action?.params.titleTemplate),
    bodyTemplate: text(action?.params.bodyTemplate),
    headers: headersText(action?.params.headers),
  }
}

/** What is sent; `params` is what the form of the schema holds. */
export function inputOf(draft: ActionDraft, params: Record<string, unknown>, sendsText: boolean): AlertActionInput {
  const own = draft.connectorId === ''
  return {
    name: draft.name.trim(),
    connectorType: draft.type,
    connectorId: own ? null : draft.connectorId,
    alertSources: draft.alertSources.map((id) => ({ id })),
    teams: draft.teams.map((id) => ({ id })),
    triggerMode: draft.mode,
    triggerTypes: draft.mode === 'MANUAL' ? [] : draft.triggers,
    escalationEndedDelaySec: secondsOf(draft.escalationEndedMinutes),
    notResolvedDelaySec: secondsOf(draft.notResolvedMinutes),
    conditions: draft.conditions.trim() || null,
    params: {
      ...params,
      ...(sendsText ? { titleTemplate: draft.titleTemplate } : {}),
      ...(draft.type === 'webhook' && own ? { headers: headersFrom(draft.headers) } : {}),
      bodyTemplate: draft.bodyTemplate,
    },
  }
}

function minutesOf(seconds: number): string {
  return String(seconds / 60)
}

function secondsOf(minutes: string): number {
  const number = Number(minutes.replace(',', '.'))
  return Number.isFinite(number) ? Math.round(number * 60) : 0
}

/** Headers as lines of `Name: value`. */
export function headersText(headers: unknown): string {
  const list = Array.isArray(headers) ? (headers as { key?: unknown; value?: unknown }[]) : []
  return list.map(({ key, value }) => `${text(key)}: ${text(value)}`).join('\n')
}

/** The headers of such lines; a line without a colon is a name without a value. */
export function headersFrom(lines: string): { key: string; value: string }[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.indexOf(':')
      return at < 0 ? { key: line, value: '' } : { key: line.slice(0, at).trim(), value: line.slice(at + 1).trim() }
    })
}
