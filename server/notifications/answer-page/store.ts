import { rolesWith } from '../../access/actor.ts'
import type { Database } from '../../database/connection.ts'
import type { AnswerPage } from './page.ts'
import type { Language } from './words.ts'

/** Whose link it is and how its alert stands. */
export interface LinkedAlert extends Pick<AnswerPage, 'alert' | 'person'> {
  notificationId: string
  language: Language
  /** The channel of the message the link stood in. */
  channel: string
}

/** What an answer link is about; null when the notification is unknown, or its person was removed or may not answer any more. */
export async function answerOf(db: Database, notificationId: string): Promise<LinkedAlert | null> {
  const row = await db
    .selectFrom('notification')
    .innerJoin('person', 'person.id', 'notification.person_id')
    .innerJoin('alert', 'alert.id', 'notification.alert_id')
    .innerJoin('alert_source', 'alert_source.id', 'alert.alert_source_id')
    // Who resolved it, once it is resolved; until then who accepted it.
    .leftJoin('person as answerer', (join) =>
      join.on((eb) =>
        eb(
          'answerer.id',
          '=',
          eb
            .case()
            .when('alert.status', '=', 'RESOLVED')
            .then(eb.ref('alert.resolved_by'))
            .else(eb.ref('alert.accepted_by'))
            .end(),
        ),
      ),
    )
    .select([
      'person.id as person_id',
      'person.first_name',
      'person.last_name',
      'person.language',
      'notification.channel',
      'alert.id as alert_id',
      'alert.summary',
      'alert.status',
      'alert.priority',
      'alert_source.name as source_name',
      'answerer.id as answerer_id',
      'answerer.first_name as answerer_first_name',
      'answerer.last_name as answerer_last_name',
    ])
    .where('notification.id', '=', notificationId)
    .where('person.deleted_at', 'is', null)
    .where('person.role', 'in', rolesWith('answer'))
    .executeTakeFirst()
  if (!row) return null
  return {
    notificationId,
    language: row.language === 'de' ? 'de' : 'en',
    channel: row.channel,
    person: { id: row.person_id, name: `${row.first_name} ${row.last_name}`.trim() },
    alert: {
      id: row.alert_id,
      summary: row.summary,
      status: row.status as AnswerPage['alert']['status'],
      priority: row.priority === 'LOW' ? 'LOW' : 'HIGH',
      sourceName: row.source_name,
      answeredBy:
        row.answerer_id === null
          ? null
          : { id: row.answerer_id, name: `${row.answerer_first_name ?? ''} ${row.answerer_last_name ?? ''}`.trim() },
    },
  }
}
