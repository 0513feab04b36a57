import type { Alert } from '../../server/alerts/schema.ts'
import { nameOf } from '../components/person-name.ts'

type Asked = NonNullable<Alert['escalation']>['asked']

/** The people of the level that was asked last: who is asked now. */
export function askedNow(asked: Asked): Asked {
  const last = asked.reduce<Asked[number] | null>((latest, one) => (latest && latest.at > one.at ? latest : one), null)
  if (!last) return []
  const seen = new Set<number>()
  return asked.filter((one) => {
    if (one.round !== last.round || one.levelIndex !== last.levelIndex || seen.has(one.user.id)) return false
    seen.add(one.user.id)
    return true
  })
}

/** `Ann`, `Ann and Ben`, `Ann, Ben and Cem`. */
export function namesText(people: readonly { firstName: string; lastName: string }[]): string {
  const names = people.map(nameOf)
  const last = names.pop()
  if (last === undefined) return ''
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`
}
