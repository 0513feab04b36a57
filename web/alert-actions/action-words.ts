import type { RunStatus, TriggerType } from '../../server/alert-actions/schema.ts'
import type { MarkShape, MarkTone } from '../components/Mark.tsx'

/** What may set an action off, in the order of the form. Channels of a chat cannot be attached yet. */
export const triggerWords: readonly { type: TriggerType; label: string }[] = [
  { type: 'alert-created', label: 'Created' },
  { type: 'alert-assigned', label: 'Assigned' },
  { type: 'alert-auto-escalated', label: 'Escalated' },
  { type: 'alert-acknowledged', label: 'Accepted' },
  { type: 'alert-raised', label: 'Raised to high priority' },
  { type: 'alert-comment-added', label: 'Comment added' },
  { type: 'alert-responder-added', label: 'Somebody asked to help' },
  { type: 'alert-responder-removed', label: 'Somebody taken off' },
  { type: 'alert-resolved', label: 'Resolved' },
  { type: 'alert-auto-resolved', label: 'Resolved by its timeout' },
  { type: 'alert-reopened', label: 'Opened again' },
  { type: 'alert-escalation-ended', label: 'Nobody answered' },
  { type: 'v-alert-not-resolved', label: 'Not resolved in time' },
]

/** A trigger in words; a person pressed the button where it is none. */
export function triggerText(type: string): string {
  return triggerWords.find((one) => one.type === type)?.label ?? 'By hand'
}

/** How a message went, by shape, colour and word. */
export const runMarks: Record<RunStatus, { shape: MarkShape; tone: MarkTone; word: string }> = {
  SCHEDULED: { shape: 'dots', tone: 'caution', word: 'Waits' },
  SENDING: { shape: 'dots', tone: 'accent', word: 'On its way' },
  SENT: { shape: 'check', tone: 'good', word: 'Sent' },
  SKIPPED: { shape: 'dash', tone: 'muted', word: 'Left out' },
  FAILED: { shape: 'cross', tone: 'danger', word: 'Failed' },
}
