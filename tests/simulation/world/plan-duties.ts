import { type Chance, chanceOf } from '../chance.ts'

/** What is told to a place outside, by what happens to the alerts of some sources. */
export interface PlannedAction {
  /** By their place in the plan. */
  sources: number[]
  triggers: string[]
  notResolvedSeconds: number
  endedSeconds: number
}

/** When somebody wants to hear of a shift before it begins. */
export interface PlannedReminder {
  person: number
  method: 'EMAIL' | 'SMS'
  beforeMinutes: number
}

/** How the places are that alert actions call. */
export interface PlannedReceiver {
  latencyMsMax: number
  retryPercent: number
  lossPercent: number
  refusePercent: number
}

const TRIGGERS = [
  'alert-created',
  'alert-reopened',
  'alert-acknowledged',
  'alert-resolved',
  'alert-auto-resolved',
  'alert-escalation-ended',
  'v-alert-not-resolved',
] as const

/** Alert actions and reminders of a seed; by a chance of their own, so that the rest of its world stays as it is. */
export function dutiesOf(seed: number, cast: { people: number; schedules: number; sources: number }) {
  const chance = chanceOf(seed, 'duties')
  const actions = Array.from({ length: chance.oneOf([0, 0, 1, 2]) }, () => actionOf(chance, cast.sources))
  const reminders = cast.schedules === 0 ? [] : Array.from({ length: cast.people }, (_, one) => reminderOf(chance, one))
  const receiver: PlannedReceiver = {
    latencyMsMax: chance.oneOf([50, 2_000, 12_000]),
    retryPercent: chance.oneOf([0, 5, 30]),
    lossPercent: chance.oneOf([0, 5]),
    refusePercent: chance.oneOf([0, 0, 2]),
  }
  return { actions, reminders: reminders.flat(), receiver }
}

function actionOf(chance: Chance, sources: number): PlannedAction {
  const all = Array.from({ length: sources }, (_, index) => index)
  return {
    sources: chance.some(all, chance.between(1, sources)),
    triggers: chance.some(TRIGGERS, chance.between(1, TRIGGERS.length)),
    notResolvedSeconds: chance.magnitude(60, 24 * 3_600),
    endedSeconds: chance.magnitude(1, 3_600),
  }
}

function reminderOf(chance: Chance, person: number): PlannedReminder[] {
  return chance.some([0, 60, 1_440], chance.oneOf([0, 1, 1, 2])).map((beforeMinutes) => {
    return { person, method: chance.oneOf(['EMAIL', 'EMAIL', 'SMS']), beforeMinutes }
  })
}
