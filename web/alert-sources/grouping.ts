import type { AlertCreation, AlertSource, AutoResolution, GroupingWindow } from '../../server/alert-sources/schema.ts'

export type GroupingChoice = GroupingWindow | 'accepted' | 'resolved'

export type Grouping = {
  grouped: boolean
  choice: GroupingChoice
  autoResolves: boolean
  autoResolution: AutoResolution
}

/** How long events of one key, or of the whole source, are gathered into one alert. */
export const groupingLabels: Record<GroupingChoice, string> = {
  PT2M: '2 minutes',
  PT5M: '5 minutes',
  PT15M: '15 minutes',
  PT30M: '30 minutes',
  PT1H: '1 hour',
  PT2H: '2 hours',
  PT4H: '4 hours',
  PT8H: '8 hours',
  PT12H: '12 hours',
  PT24H: '24 hours',
  accepted: 'until alert is accepted',
  resolved: 'until alert is resolved',
}

/** After how long an open alert closes itself. */
export const autoResolutionLabels: Record<AutoResolution, string> = {
  PT10M: '10 minutes',
  PT20M: '20 minutes',
  PT30M: '30 minutes',
  PT40M: '40 minutes',
  PT50M: '50 minutes',
  PT60M: '1 hour',
  PT90M: '1 hour 30 minutes',
  PT2H: '2 hours',
  PT3H: '3 hours',
  PT4H: '4 hours',
  PT5H: '5 hours',
  PT6H: '6 hours',
  PT12H: '12 hours',
  PT24H: '24 hours',
}

export const defaultGrouping: Grouping = {
  grouped: false,
  choice: 'PT15M',
  autoResolves: false,
  autoResolution: 'PT24H',
}

type Fields = {
  alertCreation: AlertCreation
  alertGroupingWindow: GroupingWindow | null
  autoResolutionTimeout: AutoResolution | null
}

/** The API's three fields for a grouping. */
export function fieldsOfGrouping(grouping: Grouping): Fields {
  const autoResolutionTimeout = grouping.autoResolves ? grouping.autoResolution : null
  if (!grouping.grouped)
    return { alertCreation: 'ONE_ALERT_PER_EMAIL', alertGroupingWindow: null, autoResolutionTimeout }
  switch (grouping.choice) {
    case 'accepted':
      return { alertCreation: 'ONE_PENDING_ALERT_ALLOWED', alertGroupingWindow: null, autoResolutionTimeout }
    case 'resolved':
      return { alertCreation: 'ONE_OPEN_ALERT_ALLOWED', alertGroupingWindow: null, autoResolutionTimeout }
    default:
      return {
        alertCreation: 'ONE_ALERT_GROUPED_PER_WINDOW',
        alertGroupingWindow: grouping.choice,
        autoResolutionTimeout,
      }
  }
}

/** The grouping a saved source has. */
export function groupingOf(source: Pick<AlertSource, keyof Fields>): Grouping {
  const choice = choiceOf(source)
  return {
    grouped: choice !== null,
    choice: choice ?? defaultGrouping.choice,
    autoResolves: source.autoResolutionTimeout !== null,
    autoResolution: source.autoResolutionTimeout ?? defaultGrouping.autoResolution,
  }
}

function choiceOf(source: Pick<AlertSource, keyof Fields>): GroupingChoice | null {
  switch (source.alertCreation) {
    case 'ONE_PENDING_ALERT_ALLOWED':
      return 'accepted'
    case 'ONE_OPEN_ALERT_ALLOWED':
      return 'resolved'
    case 'ONE_ALERT_GROUPED_PER_WINDOW':
      return source.alertGroupingWindow
    default:
      return null
  }
}
