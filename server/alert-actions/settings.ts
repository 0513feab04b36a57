import { mergeSettings, shownSettings, splitSecrets } from '../alert-sources/settings.ts'
import { fieldProblem } from '../runtime/problem.ts'
import type { ActionKind } from './kinds/contract.ts'

type Params = Record<string, unknown>
type Header = { key: string; value: string }

const FIELD = 'params'

/**
 * The complete settings of an action or a connector: what was sent, over what is saved, over what the connector holds.
 * Throws `invalid-input` naming each field. A saved secret goes only where it was entered for.
 */
export function mergedParams(kind: ActionKind, saved: Params, sent: Params, held: Params | null): Params {
  const own = held ? without(saved, kind.connectorFields) : saved
  if (held) {
    const doubled = kind.connectorFields.find((name) => isSaid(sent[name]))
    if (doubled) throw fieldProblem(`${FIELD}.${doubled}`, 'It comes from the connector: leave it out here.')
  }
  const before = { ...own, ...held }
  const form = { ...kind, settings: kind.settings as never }
  const merged = mergeSettings(form, before, withSavedHeaders(sent, before), FIELD)
  return held ? without(merged, kind.connectorFields) : merged
}

/** Only what a connector of the kind holds. */
export function connectorPart(kind: ActionKind): ActionKind {
  const fields = kind.connectorFields
  return { ...kind, settings: kind.settings.pick(Object.fromEntries(fields.map((name) => [name, true])) as never) }
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !isMask(value)
}

function isMask(value: unknown): boolean {
  if (typeof value === 'string') return value.startsWith('…')
  return Array.isArray(value) && value.length > 0 && value.every((one) => isMask((one as Header)?.value))
}

/** A header whose value is the mask we showed keeps its saved one, as long as the address stays. */
function withSavedHeaders(sent: Params, saved: Params): Params {
  const { headers } = sent
  if (!Array.isArray(headers) || !headers.some((one) => isMask((one as Header)?.value))) return sent
  const known = new Map(((saved.headers ?? []) as Header[]).map(({ key, value }) => [key.toLowerCase(), value]))
  const moves = isSaid(sent.webhookUrl) && sent.webhookUrl !== saved.webhookUrl
  const kept = (headers as Header[]).map((header, index) => {
    if (!isMask(header?.value)) return header
    const value = moves ? undefined : known.get(String(header.key).toLowerCase())
    if (value === undefined)
      throw fieldProblem(
        `${FIELD}.headers.${index}.value`,
        'Enter it again: the saved one was entered for another address.',
      )
    return { key: header.key, value }
  })
  return { ...sent, headers: kept }
}

/** Settings as they may be shown: secrets are masked, of headers only the names are told. */
export function shownParams(kind: ActionKind, params: Params): Params {
  const { plain, secret } = splitSecrets(kind, params)
  const shown = shownSettings(kind, plain, secret)
  if (!kind.secrets.includes('headers')) return shown
  const headers = (params.headers ?? []) as Header[]
  return { ...shown, headers: headers.map(({ key }) => ({ key, value: '…' })) }
}

export function without(params: Params, names: readonly string[]): Params {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)))
}
