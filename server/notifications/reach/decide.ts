import type { ChannelMethod } from '../../channels/schema.ts'
import { methodsOf } from '../contacts/decide.ts'

export interface ReachableContact {
  id: number
  /** As stored: PHONE is reached by SMS and VOICE. */
  stored: string
  target: string
  isUsable: boolean
  /** Why it does not work, as the end of a sentence. */
  trouble?: string
}

export interface ReachRule {
  type: string
  method: ChannelMethod
  /** Null: every contact of the method. */
  contactId: number | null
  delayMinutes: number
}

/** One way a page goes to a person. */
export interface Way {
  method: ChannelMethod
  contactId: number
  target: string
  delayMinutes: number
}

export interface Ways {
  ways: Way[]
  /** Why the person's own rules could not be followed; null when they were. */
  warning: string | null
  /** Ways that the person's rules name and that do not work. */
  leftOut?: (Way & { trouble: string })[]
}

/** The order in which a way that failed is replaced: what rings first. */
const BY_URGENCY: readonly ChannelMethod[] = [
  'PUSH',
  'VOICE',
  'SMS',
  'TELEGRAM',
  'NTFY',
  'SLACK',
  'MATTERMOST',
  'TEAMS',
  'DISCORD',
  'EMAIL',
  'WEBHOOK',
]

/**
 * The ways a page goes to a person by their rules. High priority always finds a way if any contact works: a person whose
 * rules lead nowhere is reached by e-mail, or by whatever they have, and the warning says so. Low priority may be declined.
 */
export function decideWays(
  priority: 'HIGH' | 'LOW',
  contacts: readonly ReachableContact[],
  rules: readonly ReachRule[],
): Ways {
  const wanted = rules.filter((rule) => rule.type === (priority === 'HIGH' ? 'HIGH_PRIORITY' : 'LOW_PRIORITY'))
  const usable = contacts.filter((contact) => contact.isUsable)
  const ways = wanted.flatMap((rule) =>
    usable
      .filter((contact) => rule.contactId === null || rule.contactId === contact.id)
      .filter((contact) => methodsOf(contact.stored).includes(rule.method))
      .map((contact) => wayTo(contact, rule.method, rule.delayMinutes)),
  )
  const leftOut = brokenWays(wanted, contacts)
  const also = leftOut.length > 0 ? { leftOut } : {}
  if (ways.length > 0) return { ways: earliest(ways), warning: null, ...also }
  if (priority === 'LOW' && wanted.length === 0) return { ways: [], warning: null }
  const [spare] = otherWays(usable, []).toSorted((a, b) => Number(b.method === 'EMAIL') - Number(a.method === 'EMAIL'))
  if (!spare) return { ways: [], warning: null }
  const why = wanted.length === 0 ? 'has no rule for high priority' : 'has rules that lead to no contact that works'
  return { ways: [spare], warning: why, ...also }
}

/** Every way that was not used yet, most urgent first. */
export function otherWays(
  contacts: readonly ReachableContact[],
  used: readonly { method: string; contactId: number }[],
): Way[] {
  return contacts
    .filter((contact) => contact.isUsable)
    .flatMap((contact) => methodsOf(contact.stored).map((method) => wayTo(contact, method, 0)))
    .filter((way) => !used.some((one) => one.method === way.method && one.contactId === way.contactId))
    .toSorted((a, b) => BY_URGENCY.indexOf(a.method) - BY_URGENCY.indexOf(b.method))
}

/** How news goes that nobody has to answer: by e-mail if that works, and by a call only if nothing else does. */
export function decideNewsWay(contacts: readonly ReachableContact[]): Way | null {
  const ways = otherWays(contacts, [])
  return ways.find((one) => one.method === 'EMAIL') ?? ways.find((one) => one.method !== 'VOICE') ?? ways[0] ?? null
}

/** The ways that would be used first, at once. */
export function soonest({ ways, warning }: Ways): Ways {
  const first = Math.min(...ways.map((way) => way.delayMinutes))
  return atOnce({ ways: ways.filter((way) => way.delayMinutes === first), warning })
}

/** The same ways, all of them at once. */
export function atOnce({ ways, warning }: Ways): Ways {
  return { ways: ways.map((way) => ({ ...way, delayMinutes: 0 })), warning }
}

/** Where rules lead to contacts that do not work. */
function brokenWays(rules: readonly ReachRule[], contacts: readonly ReachableContact[]): (Way & { trouble: string })[] {
  return earliest(
    rules.flatMap((rule) =>
      contacts
        .filter((contact) => !contact.isUsable && (rule.contactId === null || rule.contactId === contact.id))
        .filter((contact) => methodsOf(contact.stored).includes(rule.method))
        .map((contact) => ({
          ...wayTo(contact, rule.method, rule.delayMinutes),
          trouble: contact.trouble ?? 'does not work',
        })),
    ),
  )
}

/** The same way twice is one way, at the earlier time. */
function earliest<W extends Way>(ways: readonly W[]): W[] {
  const known = new Map<string, W>()
  for (const way of ways) {
    const key = `${way.method}/${way.contactId}`
    const before = known.get(key)
    if (!before || way.delayMinutes < before.delayMinutes) known.set(key, way)
  }
  return [...known.values()].toSorted((a, b) => a.delayMinutes - b.delayMinutes)
}

function wayTo(contact: ReachableContact, method: ChannelMethod, delayMinutes: number): Way {
  return { method, contactId: contact.id, target: contact.target, delayMinutes }
}
