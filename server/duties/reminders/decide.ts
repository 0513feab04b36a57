import { addMinutes } from '../../runtime/time.ts'
import type { Stretch } from '../shifts/decide.ts'

/** After a shift began, it is told of for this long: Tocsin may have been away. */
export const LATE_MINUTES_MAX = 15

/** One way in which a person wants to be reminded. */
export interface ReminderRule {
  personId: number
  beforeMinutes: number
  method: string
  contactId: number
  target: string
}

export interface ScheduledStretch extends Stretch {
  scheduleId: number
}

/** One message, and the lead times it stands for: of several that are due at once the person hears once. */
export interface Reminder {
  shift: ScheduledStretch
  rule: ReminderRule
  beforeMinutes: number[]
}

/** Names a reminder that was given. */
export function keyOf(
  shift: Pick<ScheduledStretch, 'scheduleId' | 'userId' | 'start'>,
  rule: Pick<ReminderRule, 'method' | 'contactId' | 'beforeMinutes'>,
): string {
  const parts = [shift.scheduleId, shift.userId, shift.start.getTime()]
  return [...parts, rule.beforeMinutes, rule.method, rule.contactId].join('/')
}

/** Whom to remind of what now, and when the next reminder is due among these shifts. */
export function decideReminders(
  stretches: readonly ScheduledStretch[],
  rules: readonly ReminderRule[],
  told: ReadonlySet<string>,
  now: Date,
): { due: Reminder[]; next: Date | null } {
  const due = new Map<string, Reminder>()
  let next: Date | null = null
  const byPerson = Map.groupBy(rules, ({ personId }) => personId)
  for (const shift of stretches) {
    if (shift.end <= now || addMinutes(shift.start, LATE_MINUTES_MAX) <= now) continue
    for (const rule of byPerson.get(shift.userId) ?? []) {
      if (told.has(keyOf(shift, rule))) continue
      const at = addMinutes(shift.start, -rule.beforeMinutes)
      if (at > now) {
        if (next === null || at < next) next = at
        continue
      }
      const way = keyOf(shift, { ...rule, beforeMinutes: -1 })
      const known = due.get(way)
      if (known) known.beforeMinutes.push(rule.beforeMinutes)
      else due.set(way, { shift, rule, beforeMinutes: [rule.beforeMinutes] })
    }
  }
  return { due: [...due.values()], next }
}
