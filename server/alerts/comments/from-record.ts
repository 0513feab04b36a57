import type { Tx } from '../../database/connection.ts'
import type { RecordNote } from '../../integrations/contract.ts'
import { tellSubscribers } from '../../notifications/subscribers/actions.ts'
import { plainText } from '../../runtime/text.ts'
import { addSeconds } from '../../runtime/time.ts'
import { addTimeline } from '../../timeline/store.ts'
import { wordsWritten } from '../../writeback/store.ts'
import type { SourceRules } from '../facts.ts'
import { COMMENT_LENGTH_MAX } from '../schema.ts'
import { lockAlert } from '../store.ts'
import { COMMENTS_MAX } from './schema.ts'
import { countComments, insertComment, notesTold } from './store.ts'

/** How far the clocks of the two systems may be apart. */
const SKEW_SECONDS = 60
const TOLD_LENGTH_MAX = 300

/** Notes that people wrote at the record become comments of its alert, each once; what we wrote there ourselves is no news. */
export async function addRecordNotes(
  tx: Tx,
  source: SourceRules,
  alertId: number,
  notes: readonly RecordNote[],
  now: Date,
): Promise<void> {
  const alert = notes.length === 0 ? null : await lockAlert(tx, alertId)
  if (!alert) return
  const told = await notesTold(tx, alertId)
  const since = addSeconds(alert.report_time, -SKEW_SECONDS)
  const fresh = notes.filter((note) => note.at >= since && !told.has(note.id))
  if (fresh.length === 0) return
  const own = await wordsWritten(tx, alertId)
  const room = COMMENTS_MAX - (await countComments(tx, alertId))
  for (const note of fresh.filter(({ text }) => !isOwn(text, own)).slice(0, Math.max(0, room))) {
    const author = note.author === null ? source.name : `${note.author} (${source.name})`
    const content = plainText(note.text, COMMENT_LENGTH_MAX)
    const where = { alertSourceId: source.id, alertId }
    const commentId = await insertComment(tx, { ...where, personId: null, author, content }, now)
    await addTimeline(
      tx,
      {
        ...where,
        type: 'AlertCommentAddedBySystemLogEntry',
        text: `${author}: ${content}`,
        filterTypes: ['ALERT_UPDATES'],
        vars: { commentId, recordNote: note.id },
      },
      now,
    )
    const news = { text: `${author} wrote: ${content.slice(0, TOLD_LENGTH_MAX)}`, by: null }
    await tellSubscribers(tx, { ...where, subject: alert.summary }, news, now)
  }
}

/** Several words of ours may stand in one note; it is ours when nothing else does. */
function isOwn(text: string, own: readonly string[]): boolean {
  let rest = plainText(text, text.length)
  for (const words of own.toSorted((a, b) => b.length - a.length)) rest = rest.replaceAll(words, '')
  return rest.trim() === ''
}
