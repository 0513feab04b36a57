import type { Integration } from '../../../server/alert-sources/schema.ts'

export type Effect = 'ALERT' | 'ACCEPT' | 'RESOLVE' | 'IGNORE'
export type RecordKind = 'request' | 'problem'
export type Table = Record<string, Effect>

export const EFFECTS: { value: Effect; label: string }[] = [
  { value: 'ALERT', label: 'Opens an alert' },
  { value: 'ACCEPT', label: 'Accepts it' },
  { value: 'RESOLVE', label: 'Resolves it' },
  { value: 'IGNORE', label: 'Changes nothing' },
]

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** The usual status tables, as the integration's schema tells them. */
export function usualTables(integration: Integration): Record<RecordKind, Table> {
  const usual = record(record(record(integration.settingsSchema?.properties).statusMap)['x-usual'])
  return { request: record(usual.request) as Table, problem: record(usual.problem) as Table }
}

export type Weight = { priority?: string; severity?: number }

/** What each impact usually means, heaviest first, as the integration's schema tells it. */
export function usualWeights(integration: Integration): [impact: string, weight: Weight][] {
  const usual = record(record(record(integration.settingsSchema?.properties).impactPriority)['x-usual'])
  return Object.entries(usual).map(([impact, weight]) => [impact, record(weight) as Weight])
}

/** A weight as it is saved: only what was chosen; null when all is as usual. */
export function chosenWeight(priority: string, severity: string): Weight | null {
  const chosen = { ...(priority && { priority }), ...(severity && { severity: Number(severity) }) }
  return Object.keys(chosen).length === 0 ? null : chosen
}

/** A number somebody typed; null for nothing. What is no number stays as it is, so that the server names the mistake. */
export function numberOf(text: string): number | string | null {
  const typed = text.trim()
  if (typed === '') return null
  return Number.isNaN(Number(typed)) ? typed : Number(typed)
}

/** Which team in 4me stands for which escalation policy. */
export type TeamRow = { policy: string; team: string }

/** The saved teams, as rows. */
export function teamRows(teams: unknown): TeamRow[] {
  return Object.entries(record(teams)).map(([policy, team]) => ({ policy, team: String(team) }))
}

/** Rows as they are saved; one without a policy and a team is left out. Null for none. */
export function teamsOf(rows: readonly TeamRow[]): Record<string, number | string | null> | null {
  const whole = rows.filter(({ policy, team }) => policy !== '' || team.trim() !== '')
  return whole.length === 0 ? null : Object.fromEntries(whole.map(({ policy, team }) => [policy, numberOf(team)]))
}

/** What a source says otherwise than usual. */
export function ownTable(settings: Record<string, unknown>, kind: RecordKind): Table {
  return record(record(settings.statusMap)[kind]) as Table
}

/** Only what differs from the usual table is saved; null when nothing does. */
export function differing(usual: Table, chosen: Table): Table | null {
  const entries = Object.entries(chosen).filter(([status, effect]) => usual[status] !== effect)
  return entries.length === 0 ? null : Object.fromEntries(entries)
}

/** A part of the settings, whatever was saved there. */
export function partOf(settings: Record<string, unknown>, name: string): Record<string, unknown> {
  return record(settings[name])
}

/** Names separated by commas, as a list; null for none. */
export function listOf(text: string): string[] | null {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return names.length === 0 ? null : names
}

/** A list as text. */
export function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : ''
}

/** A status as people read it. */
export function statusLabel(status: string): string {
  const words = status.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Where a token with the right scopes is made, filled in; null while the account is unknown. */
export function tokenLink(settings: Record<string, unknown>): string | null {
  const { accountName, region, accountUrl } = settings
  if (typeof accountName !== 'string' || typeof region !== 'string' || region === '') return null
  const name = accountName.trim().toLowerCase()
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) return null
  const address = region === 'custom' ? String(accountUrl ?? '').trim() : `https://${name}.${region}`
  const url = URL.canParse(address) ? new URL(address) : null
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return null
  return `${url.origin}/personal_access_tokens/new?name=Tocsin&scopes=request:CRU,problem:CRU,person:R`
}
