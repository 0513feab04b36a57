import type { NoticeMessage, Outcome } from '../../channels/contract.ts'
import type { Tx } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { addSeconds } from '../../runtime/time.ts'
import { codeText } from '../contacts/actions.ts'
import { tellBroken } from '../contacts/broken.ts'
import { openTarget } from '../contacts/store.ts'
import { decideAfterAttempt } from '../decide.ts'
import { LEASE_SECONDS, type MessagesContext, underLease } from '../outbox.ts'
import { recipientFacts } from '../store.ts'
import { channelName } from '../telling.ts'
import { type Language, textsOf } from '../texts.ts'
import { failBundledPages } from './lost-summary.ts'
import { coverageWords, reminderWords } from './shift-words.ts'
import { bundledAlerts, claimNotice, type NoticeRow, renewNotice, saveNoticeEnding, tellBundled } from './store.ts'

const SUMMARIES_LISTED_MAX = 5
/** A code or a test that comes late is of no use. */
const GIVE_UP_MINUTES: Record<string, number> = { CODE: 10, TEST: 2, REMINDER: 60 }
/** What is about shifts leads to them. */
const ABOUT_SHIFTS: readonly string[] = ['COVERAGE', 'REMINDER']

/** One pass of the notices station. Returns how many it moved. */
export async function sendNotice(context: MessagesContext, now: Date): Promise<number> {
  const lost = await context.db.transaction().execute((tx) => failBundledPages(tx, now))
  if (lost > 0) return lost
  const row = await context.db.transaction().execute((tx) => claimNotice(tx, now, addSeconds(now, LEASE_SECONDS)))
  if (!row) return 0
  const needless = row.kind === 'SUMMARY' ? await whyNeedless(context, row) : null
  if (needless !== null) {
    await context.db.transaction().execute(async (tx) => {
      if (!(await saveNoticeEnding(tx, row, { status: 'CANCELLED', error: needless }, now))) return
      await tellBundled(
        tx,
        row.id,
        `The summary by ${channelName(row.channel)} to ${row.target} is not sent: ${needless}.`,
        now,
      )
    })
    return 1
  }
  const outcome = await underLease(context, row, {
    confirm: (until) => renewNotice(context.db, row, until),
    renew: (until) => renewNotice(context.db, row, until),
    write: () => messageFor(context, row),
  })
  if (outcome !== null) await record(context, row, outcome)
  return 1
}

/** ilert's condition: a summary goes out when at least one of its alerts waits for an answer. */
async function whyNeedless(context: MessagesContext, row: NoticeRow): Promise<string | null> {
  const alerts = await bundledAlerts(context.db, row.id)
  return alerts.some((alert) => alert.status === 'PENDING') ? null : 'every one of its alerts was answered'
}

async function messageFor(context: MessagesContext, row: NoticeRow): Promise<NoticeMessage | Outcome> {
  const { links } = context
  const { person, contact } = await recipientFacts(context.db, row)
  // A broken contact is told so, and may be tried by its code.
  if (contact.gone !== null && row.kind !== 'CODE' && row.kind !== 'TEST')
    return { kind: 'refused', reason: contact.gone }
  const words = await wordsOf(context, row, person)
  return {
    kind: 'notice',
    id: row.id,
    target: contact.sealed_target === null ? row.target : openTarget(context.secrets, contact),
    person,
    priority: row.facts.priority === 'HIGH' || row.kind === 'CODE' || row.kind === 'TEST' ? 'HIGH' : 'LOW',
    spoken: `${words.title}. ${words.text}`,
    ...words,
    answers: [],
    token: links.token(row.id),
    callbackUrl: links.callbackUrl(row.id),
    thread: row.alert_id === null ? `notice-${row.id}` : `alert-${row.alert_id}`,
    url: urlOf(links, row),
  }
}

function urlOf(links: MessagesContext['links'], row: NoticeRow): string {
  if (row.alert_id !== null) return links.alertUrl(row.alert_id)
  if (row.kind === 'INVITATION') return links.invitationUrl(row.person_id, new Date(String(row.facts.invitedAt)))
  return ABOUT_SHIFTS.includes(row.kind) ? links.shiftsUrl() : links.alertsUrl()
}

async function wordsOf(
  context: MessagesContext,
  row: NoticeRow,
  person: { firstName: string; language: Language },
): Promise<{ title: string; text: string; spoken?: string }> {
  const texts = textsOf(person.language)
  const { facts } = row
  switch (row.kind) {
    case 'CODE':
      return texts.code(codeText(context.secrets, row.id))
    case 'BROKEN': {
      const whose = typeof facts.whose === 'string' && facts.whose !== '' ? facts.whose : null
      return texts.broken(String(facts.target), String(facts.reason), whose)
    }
    case 'UPDATE': {
      const type = facts.type as keyof typeof texts.updates
      return { title: texts.updates[type](row.alert_id ?? 0, String(facts.by)), text: String(facts.summary) }
    }
    case 'INVITATION': {
      const url = context.links.invitationUrl(row.person_id, new Date(String(facts.invitedAt)))
      return texts.invitation(typeof facts.inviter === 'string' ? facts.inviter : null, url)
    }
    case 'COVERAGE':
      return coverageWords(facts, person.language)
    case 'REMINDER':
      return reminderWords(facts, person.language, await context.clock.now())
    case 'SUMMARY':
      return summaryOf(context, row, person.language)
    default:
      return texts.test(person.firstName)
  }
}

async function summaryOf(context: MessagesContext, row: NoticeRow, language: Language) {
  const texts = textsOf(language)
  const alerts = await bundledAlerts(context.db, row.id)
  const waiting = alerts.filter((alert) => alert.status === 'PENDING')
  const sources = [...new Set(alerts.map((alert) => alert.source_name))]
  const words =
    row.facts.rule === 'quiet-hours'
      ? texts.digest(alerts.length)
      : texts.summary(alerts.length, waiting.length, sources.slice(0, 3).join(', '))
  const listed = waiting
    .slice(0, SUMMARIES_LISTED_MAX)
    .map((alert) => `${texts.alert} ${alert.alert_id}: ${alert.summary}`)
  return {
    title: words.title,
    text: [words.text, ...listed].join('\n'),
    spoken: `Tocsin. ${words.title}. ${words.text}`,
  }
}

async function record(context: MessagesContext, row: NoticeRow, outcome: Outcome): Promise<void> {
  const now = await context.clock.now()
  const after = decideAfterAttempt(outcome, row.attempts, row.created_at, context.random(), now)
  const minutes = GIVE_UP_MINUTES[row.kind]
  const isLate = minutes !== undefined && now.getTime() - row.created_at.getTime() > minutes * 60_000
  await context.db.transaction().execute(async (tx) => {
    const isSaved = await saveNoticeEnding(
      tx,
      row,
      after.kind === 'sent'
        ? { status: 'SUCCESS', receipt: after.receipt }
        : after.kind === 'again' && !isLate
          ? { status: 'SCHEDULED', dueAt: after.dueAt, error: after.reason }
          : { status: 'ERROR', error: after.reason },
      now,
    )
    if (!isSaved) return
    if (outcome.kind === 'refused' && outcome.isGone === true) await tellBroken(tx, row.contact_id, outcome.reason, now)
    await tellSummary(tx, row, after, now)
    await tellLive(tx, { kind: 'notice', id: row.id })
  })
  const facts = { noticeId: row.id, kind: row.kind, channel: row.channel, attempt: row.attempts }
  if (after.kind === 'sent') context.log.info(facts, 'notices.sent')
  else context.log.warn({ ...facts, reason: after.reason }, 'notices.failed')
}

async function tellSummary(
  tx: Tx,
  row: NoticeRow,
  after: ReturnType<typeof decideAfterAttempt>,
  now: Date,
): Promise<void> {
  if (row.kind !== 'SUMMARY' || after.kind === 'again') return
  const what = `The summary by ${channelName(row.channel)} to ${row.target}`
  await tellBundled(
    tx,
    row.id,
    after.kind === 'sent' ? `${what} was handed over.` : `${what} failed: ${after.reason}`,
    now,
  )
}
