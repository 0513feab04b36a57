/** By name without regard to case, then by number, as lists are shown. */
export function byFoldedName(one: { name: string; id: number }, other: { name: string; id: number }): number {
  return compare(one.name.toLowerCase(), other.name.toLowerCase()) || one.id - other.id
}

/** By name, then by number. */
export function byName(one: { name: string; id: number }, other: { name: string; id: number }): number {
  return compare(one.name, other.name) || one.id - other.id
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}
