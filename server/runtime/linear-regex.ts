import { RE2JS } from 're2js'

export const PATTERN_LENGTH_MAX = 500
/** A pattern such as `a{900}{9}` is short and yet a large machine. */
export const PATTERN_SIZE_MAX = 2_000

/** A pattern somebody wrote, as RE2 runs it: in time that grows with the text only. */
export interface LinearRegex {
  machine: RE2JS
  size: number
}

export type CompiledRegex = { ok: true; regex: LinearRegex } | { ok: false; reason: string }

/** Compiles a pattern; look-around and back references, which RE2 lacks, are refused with a reason. */
export function compileRegex(pattern: string, options: { ignoreCase: boolean }): CompiledRegex {
  if (pattern.length > PATTERN_LENGTH_MAX)
    return { ok: false, reason: `A pattern has at most ${PATTERN_LENGTH_MAX} characters.` }
  try {
    const machine = RE2JS.compile(pattern, options.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    const size = machine.programSize()
    if (size > PATTERN_SIZE_MAX) return { ok: false, reason: 'The pattern is too large: repeat less.' }
    return { ok: true, regex: { machine, size } }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, '') : 'not readable'
    return { ok: false, reason: `The pattern cannot be read: ${reason}.` }
  }
}

/** What a search costs at most, in units of a work budget. */
export function regexCost(regex: LinearRegex, text: string): number {
  return 5 + (text.length * (1 + regex.size / 50)) / 5
}

/** The first match and its groups; null when there is none. */
export function firstMatch(regex: LinearRegex, text: string): { whole: string; groups: string[] } | null {
  const matcher = regex.machine.matcher(text)
  if (!matcher.find()) return null
  const groups = Array.from({ length: matcher.groupCount() }, (_, index) => matcher.group(index + 1) ?? '')
  return { whole: matcher.group(0) ?? '', groups }
}
