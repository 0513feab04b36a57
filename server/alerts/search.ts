/** A pattern for `ilike` that finds the text anywhere: wildcards in it mean themselves, and U+0000 cannot be stored. */
export function containsPattern(text: string): string {
  return `%${storable(text).replace(/[\\%_]/g, '\\$&')}%`
}

/** Text as PostgreSQL can take it: without U+0000. */
export function storable(text: string): string {
  return text.replaceAll('\0', '')
}
