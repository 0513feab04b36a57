import { ADMISSION_HEADER } from '../integrations/contract.ts'

const HEADERS_MAX = 60
const VALUE_LENGTH_MAX = 2_000
/** Headers that open doors, ours or the sender's. */
const SECRET = /authorization|cookie|token|secret|api-?key|password/i

/**
 * A delivery's headers as they are kept: bounded, without secrets, as PostgreSQL can store them. `key` is the integration key
 * it came by: proxies repeat the path in headers of their own (invariants.md SEC-8).
 */
export function keptHeaders(
  headers: Record<string, string | string[] | undefined>,
  key: string,
): Record<string, string> {
  const kept = Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined || name.toLowerCase() === ADMISSION_HEADER) return []
    const text = Array.isArray(value) ? value.join(', ') : value
    const shown = text.replaceAll('\u0000', '').replaceAll(key, '…').slice(0, VALUE_LENGTH_MAX)
    return [[name.toLowerCase(), SECRET.test(name) ? '…' : shown]]
  })
  return Object.fromEntries(kept.slice(0, HEADERS_MAX))
}
