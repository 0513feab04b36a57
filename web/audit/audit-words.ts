import { exactText } from '../components/time-text.ts'

const WORDS: Record<string, string> = {
  'alert.accepted': 'accepted it',
  'alert.resolved': 'resolved it',
  'alert.unaccepted': 'took the acceptance back',
  'alert.reopened': 'opened it again',
  'alert.created': 'made it by hand',
  'alert.assigned': 'assigned it to a person',
  'alert.rerouted': 'rerouted it to another policy',
  'alert.escalated': 'escalated it',
  'alert.raised': 'raised it to high priority',
  'alert.merged': 'merged others into it',
  'alert.merged-into': 'merged it into another',
  'alert.unmerged': 'took it out of another',
  'alert.unmerged-from': 'took another out of it',
  'alert.linked': 'linked it with another',
  'alert.unlinked': 'removed a link',
  'alert.subscribed': 'let somebody follow it',
  'alert.unsubscribed': 'ended a subscription',
  'alert.responder-added': 'asked somebody to help',
  'alert.responder-removed': 'took somebody off it',
  'alert.comment-added': 'wrote a comment',
  'alert.comment-edited': 'changed a comment',
  'alert.comment-deleted': 'deleted a comment',
  'alert.action-sent': 'sent an alert action',
  'alert-action.key-rotated': 'made a new signing key',
  'alert-action.retried': 'tried a message again',
  'alert-action.resent': 'sent a message once more',
  'session.opened': 'signed in',
  'installation.owner-created': 'became the owner',
  'team.member-added': 'put somebody in',
  'team.member-removed': 'took somebody out',
  'alert-source.key-rotated': 'rotated the key',
  'alert-source.verification-allowed': 'allowed a verification',
  'alert-source.maintenance-created': 'put it into maintenance',
  'alert-source.maintenance-changed': 'changed its maintenance',
  'alert-source.maintenance-ended': 'ended its maintenance',
}

/** An action of the audit log as the end of a sentence; an unknown one by its own name. */
export function auditWords(action: string): string {
  if (Object.hasOwn(WORDS, action)) return WORDS[action] ?? action
  const verb = action.slice(action.indexOf('.') + 1).replaceAll('-', ' ')
  return `${verb} it`
}

const SHOWN_MAX = 6
const VALUE_LENGTH_MAX = 120

/** What changed, in one line; long values are cut. */
export function detailsText(details: Record<string, unknown>): string {
  return Object.entries(details)
    .slice(0, SHOWN_MAX)
    .map(([name, value]) => `${spaced(name)}: ${valueText(value)}`)
    .join(' \u00b7 ')
}

function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

function valueText(value: unknown): string {
  if (typeof value === 'string' && INSTANT.test(value)) return exactText(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}\u2026` : text
}
