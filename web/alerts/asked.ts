import type { Alert } from '../../server/alerts/schema.ts'
import { nameOf } from '../components/person-name.ts'

type Asked = NonNullable<Alert['escalation']>['asked']

const BY_HAND = -2

/** The people of the level that was asked last, and those asked by hand: who is asked now. */
export function askedNow(asked: Asked): Asked {
  const steps = asked.filter((one) => one.levelIndex !== BY_HAND)
  const last = steps.reduce<Asked[number] | null>((latest, one) => (latest && latest.at > one.at ? latest : one), null)
  const seen = new Set<number>()
  return asked.filter((one) => {
    const isNow =
      one.levelIndex === BY_HAND ||
      (one.climb === last?.climb && one.round === last.round && one.levelIndex === last.levelIndex)
    if (!isNow || seen.has(one.user.id)) return false
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
