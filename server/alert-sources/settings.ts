import type * as z from 'zod'
import type { Integration, IntegrationSettings } from '../integrations/contract.ts'
import { type FieldError, Problem } from '../runtime/problem.ts'

/** Settings drawn from a schema, some of them secret. */
export type SettingsForm = Pick<Integration, 'title' | 'settings' | 'secrets' | 'secretsBelongTo'>

const FIELD = 'integrationSettings'
const SHOWN_END = 4
/** A short secret's last characters would be most of it. */
const SHOWN_FROM = 12

/** A source's complete settings: what was sent, over what is saved. Throws `invalid-input` naming each field. */
export function mergeSettings(
  integration: SettingsForm,
  saved: Record<string, unknown>,
  sent: Record<string, unknown>,
  field = FIELD,
): IntegrationSettings {
  if (!integration.settings) {
    throw new Problem('invalid-input', `${field}: ${integration.title} has no settings of its own.`, {
      errors: [{ field, message: `${integration.title} has no settings of its own.` }],
    })
  }
  const given = Object.fromEntries(Object.entries(sent).filter(([name, value]) => !isLeftOut(integration, name, value)))
  const parsed = integration.settings.safeParse({ ...saved, ...given })
  if (!parsed.success) {
    throw invalid(parsed.error.issues.map((issue) => ({ field: fieldOf(issue, field), message: issue.message })))
  }
  refuseMovedSecrets(integration, saved, given, parsed.data, field)
  return parsed.data
}

/** A field that does not exist is named too, not only what it was sent in. */
function fieldOf(issue: z.core.$ZodIssue, field: string): string {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  return [field, ...issue.path, ...unknown].join('.')
}

/** A secret that is empty, or is the mask we showed, is the saved one. */
function isLeftOut(integration: SettingsForm, name: string, value: unknown): boolean {
  if (!integration.secrets.includes(name)) return false
  return (
    value === null ||
    value === undefined ||
    (typeof value === 'string' && (value.trim() === '' || value.startsWith('…')))
  )
}

/** A saved secret goes only where it was entered for: whoever may edit an address must not be able to collect it there. */
function refuseMovedSecrets(
  integration: SettingsForm,
  saved: Record<string, unknown>,
  given: Record<string, unknown>,
  settings: IntegrationSettings,
  field: string,
): void {
  const hasMoved = integration.secretsBelongTo.some((name) => (saved[name] ?? null) !== (settings[name] ?? null))
  const kept = integration.secrets.filter((name) => saved[name] !== undefined && given[name] === undefined)
  if (!hasMoved || kept.length === 0) return
  throw invalid(
    kept.map((name) => ({
      field: `${field}.${name}`,
      message: 'Enter it again: the saved one was entered for another address.',
    })),
  )
}

function invalid(errors: FieldError[]): Problem {
  return new Problem('invalid-input', errors.map((one) => `${one.field}: ${one.message}`).join(' '), { errors })
}

/** Settings apart from their secrets. */
export function splitSecrets(integration: Pick<SettingsForm, 'secrets'>, settings: IntegrationSettings) {
  const isSecret = ([name]: [string, unknown]) => integration.secrets.includes(name)
  const entries = Object.entries(settings)
  return {
    plain: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secret: Object.fromEntries(entries.filter(isSecret)),
  }
}

/** Settings as they may be shown: a secret is null or `…` and its last characters. */
export function shownSettings(
  integration: Pick<SettingsForm, 'secrets'>,
  plain: Record<string, unknown>,
  secret: Record<string, unknown>,
): Record<string, unknown> {
  const masked = integration.secrets.map((name) => [name, maskOf(secret[name])])
  return { ...plain, ...Object.fromEntries(masked) }
}

function maskOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null
  return value.length < SHOWN_FROM ? '…' : `…${value.slice(-SHOWN_END)}`
}
