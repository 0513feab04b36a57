import * as z from 'zod'
import type { Paging } from './schema.ts'

/** The longest name, percent-encoded, with room for more bytes than letters. */
const NAME_PATH_LENGTH_MAX = 4_000

/** What a route that looks an object up by its name takes as path. */
export const NameParams = z.object({ '*': z.string().max(NAME_PATH_LENGTH_MAX) })

/** Where a page of a list begins, and how long it is. */
export function pageOf(query: Paging): { offset: number; limit: number } {
  return { offset: query['start-index'], limit: query['max-results'] }
}

/** What was looked up, or the problem that it is not there. */
export function known<T>(found: T | null, missing: () => Error): T {
  if (found === null) throw missing()
  return found
}

/**
 * The names a look-up may mean, likeliest first. The Go client leaves `/` and `?` in a name as they
 * are and ends every address with a bare `?`, so what looks like a query may be part of the name.
 */
export function namesIn(url: string): string[] {
  const rest = url.slice(url.indexOf('/name/') + '/name/'.length)
  const spellings = [rest.replace(/\?$/, ''), rest, rest.replace(/\?.*$/s, '')]
  return [...new Set(spellings.flatMap(decoded))].filter((name) => name !== '')
}

function decoded(text: string): string[] {
  try {
    return [decodeURIComponent(text)]
  } catch {
    return []
  }
}

/** What the first name that finds anything finds. */
export async function firstFound<T>(
  names: readonly string[],
  find: (name: string) => Promise<T | null>,
): Promise<T | null> {
  for (const name of names) {
    const found = await find(name)
    if (found !== null) return found
  }
  return null
}
