import type { AlertSource, AlertSourceInput } from '../../server/alert-sources/schema.ts'

export type PriorityValues = {
  rule: AlertSource['alertPriorityRule']
  supportHoursId: number | null
  raises: boolean
}

export const HIGH: PriorityValues = { rule: 'HIGH', supportHoursId: null, raises: false }

/** A source's priority as the form shows it. */
export function priorityOf(source: AlertSource): PriorityValues {
  return {
    rule: source.alertPriorityRule,
    supportHoursId: source.supportHours?.id ?? null,
    raises: source.autoRaiseAlerts,
  }
}

/** The form as the API wants it. */
export function priorityInput(
  value: PriorityValues,
): Pick<AlertSourceInput, 'alertPriorityRule' | 'supportHours' | 'autoRaiseAlerts'> {
  return {
    alertPriorityRule: value.rule,
    supportHours: value.supportHoursId === null ? null : { id: value.supportHoursId },
    autoRaiseAlerts: value.raises,
  }
}
