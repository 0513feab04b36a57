import { isDuring, priorityAt } from '../../../../../server/oncall/support-hours/decide.ts'
import type * as real from '../../../../../server/oncall/support-hours/store.ts'
import { hoursOf } from '../../../../../server/oncall/support-hours/store.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/oncall/support-hours/store.ts'

type Stand = Parameters<typeof real.priorityOfSource>[1]

export const priorityOfSource = twin((tables, source: Stand, at: Date) => {
  const isPlain = source.alertPriorityRule === 'HIGH' || source.alertPriorityRule === 'LOW'
  const row = isPlain || source.supportHoursId === null ? null : tables.support_hours.get(source.supportHoursId)
  const hours = row && hoursOf(row)
  const because =
    row && hours ? `it is ${isDuring(hours, at) ? 'within' : 'outside'} the support hours ${row.name}` : null
  return { ...priorityAt(source.alertPriorityRule, hours, at), because }
}) satisfies typeof real.priorityOfSource
