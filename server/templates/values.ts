/** A field of an object or element of an array that is really its own; undefined when there is none. */
export function ownValue(container: unknown, key: string | number): unknown {
  if (Array.isArray(container)) return typeof key === 'number' ? container[key] : undefined
  if (typeof container !== 'object' || container === null) return undefined
  const name = String(key)
  return Object.hasOwn(container, name) ? (container as Record<string, unknown>)[name] : undefined
}

/** The value at the end of a path; undefined when it does not lead there. */
export function valueAt(container: unknown, keys: readonly (string | number)[]): unknown {
  let value = container
  for (const key of keys) value = ownValue(value, key)
  return value
}

/** A value as a template prints it: nothing for what is missing, JSON for what is no text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}
