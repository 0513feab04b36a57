import type { TriggerType } from '../alert-actions/schema.ts'

/** What a line of the timeline sets off when its writer says nothing else. */
const TRIGGERS: Readonly<Record<string, TriggerType>> = {
  AlertCreatedByUserLogEntry: 'alert-created',
  AlertAssignedBySystemLogEntry: 'alert-assigned',
  AlertAssignedByUserLogEntry: 'alert-assigned',
  AlertAssignedToPolicyLogEntry: 'alert-assigned',
  AlertEscalatedToLevelLogEntry: 'alert-auto-escalated',
  AlertRaisedBySystemLogEntry: 'alert-raised',
  AlertRaisedByUserLogEntry: 'alert-raised',
  AlertCommentAddedLogEntry: 'alert-comment-added',
  AlertCommentAddedBySystemLogEntry: 'alert-comment-added',
  AlertResponderAddedLogEntry: 'alert-responder-added',
  AlertResponderRemovedLogEntry: 'alert-responder-removed',
}

/** What happens to the alert by this line; with what begins an alert, the watch over its end begins. Pure. */
export function triggersOf(line: { type: string; trigger?: TriggerType | null }): TriggerType[] {
  const trigger = line.trigger === undefined ? TRIGGERS[line.type] : line.trigger
  if (!trigger) return []
  return trigger === 'alert-created' || trigger === 'alert-reopened' ? [trigger, 'v-alert-not-resolved'] : [trigger]
}
