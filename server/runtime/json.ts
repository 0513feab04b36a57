/** Deeper JSON than this is nobody's honest message. */
export const JSON_DEPTH_MAX = 100

export type ReadJson = { ok: true; value: unknown } | { ok: false; reason: string }

/**
 * Reads JSON from outside. NUL and lone surrogates become U+FFFD, because PostgreSQL refuses them.
 * `numbers: 'exact'` keeps a number that would not print back as it was written as text: never rounded.
 */
export function readJson(text: string, numbers: 'plain' | 'exact'): ReadJson {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  if (body.trim() === '') return { ok: false, reason: 'The body is empty.' }
  // Before the parser, which may run out of stack.
  if (isDeeperThan(body, JSON_DEPTH_MAX))
    return { ok: false, reason: `The JSON is nested deeper than ${JSON_DEPTH_MAX} levels.` }
  try {
    return { ok: true, value: storable(numbers === 'exact' ? JSON.parse(body, exactNumber) : JSON.parse(body)) }
  } catch {
    return { ok: false, reason: 'The body is not valid JSON.' }
  }
}

function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  const written = context?.source
  if (typeof value !== 'number' || written === undefined) return value
  return String(value) === written ? value : written
}

function isDeeperThan(text: string, max: number): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at += 1
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '[' || character === '{') {
      depth += 1
      if (depth > max) return true
    } else if (character === ']' || character === '}') depth -= 1
  }
  return false
}

/** Text as PostgreSQL can keep it. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD')
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  // fromEntries defines properties, so that a key named __proto__ stays a key.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), storable(item)]))
}
