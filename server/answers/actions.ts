import { type AnsweringBy, acceptAlert, resolveAlert } from '../alerts/actions.ts'
import { insertComment } from '../alerts/comments/store.ts'
import { passOn } from '../alerts/verbs/hand-over.ts'
import { lockFamilies } from '../alerts/verbs/store.ts'
import type { Database } from '../database/connection.ts'
import { tellLive } from '../database/notify.ts'
import type { AnswerVerb } from '../notifications/answers.ts'
import { tellBroken } from '../notifications/contacts/broken.ts'
import { Problem } from '../runtime/problem.ts'
import { plainText } from '../runtime/text.ts'
import { addTimeline } from '../timeline/store.ts'
import { type Reply, readReply } from './decide.ts'
import { type Answerer, answererById, isOfEarlierTime, lastAskedAbout, standingOf } from './store.ts'
import { replyWords } from './words.ts'

const COMMENT_LENGTH_MAX = 1_500

export interface Given {
  /** `again`: the page was about an earlier time of the alert, and nothing was changed. */
  outcome: 'done' | 'already' | 'again'
  /** What the person is told, in their language. */
  text: string
}

/**
 * An answer by a verified contact: accept, resolve or escalate, as its person. Repeating one changes nothing, and one that
 * comes late, or after somebody else's, says "already" (invariants.md NOT-10).
 */
export async function giveAnswer(
  db: Database,
  by: Answerer & { notificationId: string },
  through: string,
  alertId: number,
  verb: AnswerVerb,
  now: Date,
): Promise<Given> {
  const words = replyWords(by.language)
  if (await isOfEarlierTime(db, by.notificationId)) return { outcome: 'again', text: words.again(alertId) }
  const person: AnsweringBy & { kind: 'person' } = { kind: 'person', personId: by.personId, name: by.name, through }
  const outcome = await doVerb(db, person, alertId, verb, now)
  if (outcome === 'done') return { outcome, text: words.done[verb](alertId) }
  const standing = await standingOf(db, alertId)
  return { outcome, text: standing ? words.already[standing.status](alertId, standing.by) : words.nothing }
}

async function doVerb(
  db: Database,
  by: AnsweringBy & { kind: 'person' },
  alertId: number,
  verb: AnswerVerb,
  now: Date,
): Promise<'done' | 'already'> {
  if (verb === 'resolve') return resolveAlert(db, alertId, by, null, now)
  try {
    if (verb === 'accept') return await acceptAlert(db, alertId, by, now)
    await db.transaction().execute(async (tx) => {
      const alert = (await lockFamilies(tx, [alertId])).find((one) => one.id === alertId)
      if (alert) await passOn({ tx, alert, by, now })
    })
    return 'done'
  } catch (cause) {
    if (cause instanceof Problem && cause.type === 'already-done') return 'already'
    throw cause
  }
}

/** Words of a person on an alert's timeline, whatever its state. */
async function comment(
  db: Database,
  by: Answerer,
  through: string,
  alertId: number,
  text: string,
  now: Date,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const standing = await standingOf(tx, alertId)
    if (!standing) return
    const where = { alertSourceId: standing.alertSourceId, alertId }
    const content = plainText(text, COMMENT_LENGTH_MAX)
    const commentId = await insertComment(tx, { ...where, personId: by.personId, author: by.name, content }, now)
    await addTimeline(
      tx,
      {
        ...where,
        type: 'AlertCommentAddedLogEntry',
        text: `${by.name} ${through}: ${content}`,
        filterTypes: ['ALERT_UPDATES'],
        vars: { commentId, personId: by.personId },
      },
      now,
    )
    await tellLive(tx, { kind: 'alert', id: alertId })
  })
}

/** A reply in words from a verified contact. Returns what to say back. */
export async function takeReply(
  db: Database,
  from: { contactId: number; personId: number; channel: string; through: string },
  said: string,
  now: Date,
  /** The alert of the message that is replied to, where the provider says so. */
  about: number | null = null,
): Promise<string> {
  const by = await answererById(db, from.personId)
  if (!by) return replyWords('en').unknown
  const words = replyWords(by.language)
  const reply: Reply = readReply(said)
  if (reply.kind === 'unclear') return words.unclear
  if (reply.kind === 'stop') {
    await db.transaction().execute((tx) => tellBroken(tx, from.contactId, 'The person replied STOP.', now))
    return words.stopped
  }
  // Only what this very contact was asked about: a number of another alert is foreign.
  const asked = await lastAskedAbout(db, from.contactId, from.channel, reply.alertId ?? about)
  if (asked === null) return words.nothing
  const { alertId, notificationId } = asked
  if (reply.kind === 'answer') {
    return (await giveAnswer(db, { ...by, notificationId }, from.through, alertId, reply.verb, now)).text
  }
  await comment(db, by, from.through, alertId, reply.text, now)
  return words.commented(alertId)
}
