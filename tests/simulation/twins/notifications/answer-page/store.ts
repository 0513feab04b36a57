import { rolesWith } from '../../../../../server/access/actor.ts'
import type { AnswerPage } from '../../../../../server/notifications/answer-page/page.ts'
import type * as real from '../../../../../server/notifications/answer-page/store.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/notifications/answer-page/store.ts'

const nameOf = (person: { first_name: string; last_name: string }) => `${person.first_name} ${person.last_name}`.trim()

export const answerOf = twin((tables, notificationId: string): real.LinkedAlert | null => {
  const key = tables.notificationOfId.keyOf(notificationId)
  const page = key === undefined ? null : tables.notification.get(key)
  const person = page && tables.person.get(page.person_id)
  const alert = page && tables.alert.get(page.alert_id)
  const source = alert && tables.alert_source.get(alert.alert_source_id)
  if (!page || !person || !alert || !source) return null
  if (person.deleted_at !== null || !rolesWith('answer').some((role) => role === person.role)) return null
  // Who resolved it, once it is resolved; until then who accepted it.
  const answererId = alert.status === 'RESOLVED' ? alert.resolved_by : alert.accepted_by
  const answerer = answererId === null ? null : tables.person.get(answererId)
  return {
    notificationId,
    language: person.language === 'de' ? 'de' : 'en',
    channel: page.channel,
    person: { id: person.id, name: nameOf(person) },
    alert: {
      id: alert.id,
      summary: alert.summary,
      status: alert.status as AnswerPage['alert']['status'],
      priority: alert.priority === 'LOW' ? 'LOW' : 'HIGH',
      sourceName: source.name,
      answeredBy: answerer ? { id: answerer.id, name: nameOf(answerer) } : null,
    },
  }
}) satisfies typeof real.answerOf
