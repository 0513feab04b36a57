import type { Database } from '../../../server/database/connection.ts'
import type { MemoryTables } from '../memory/tables.ts'
import { PEOPLE, POLICIES, SOURCES } from './calls.ts'

/** The same first rows in PostgreSQL and in memory, numbered from 1. */
export async function furnishBoth(db: Database, tables: MemoryTables, now: Date): Promise<void> {
  for (let index = 1; index <= PEOPLE; index++) {
    const person = {
      first_name: `Person ${index}`,
      last_name: 'Lee',
      email: `person-${index}@example.org`,
      password_hash: null,
      role: 'RESPONDER',
      timezone: 'Europe/Vienna',
      language: index % 2 === 0 ? 'en' : 'de',
      position: '',
      department: '',
      created_at: now,
      updated_at: now,
      deleted_at: null,
    }
    await db.insertInto('person').values(person).execute()
    tables.person.insert({ ...person, id: index })
    for (const verified_at of [now, null, now]) {
      const id = tables.next('contact')
      const contact = {
        person_id: index,
        method: 'EMAIL',
        target: `contact-${id}@example.org`,
        verified_at,
        created_at: now,
      }
      await db.insertInto('contact').values(contact).execute()
      tables.contact.insert({ ...contact, id })
    }
    const session = {
      token_hash: Buffer.from([index]),
      person_id: index,
      csrf_token: 'x',
      created_at: now,
      last_seen_at: now,
      expires_at: new Date(now.getTime() + index * 3_600_000),
    }
    await db.insertInto('session').values(session).execute()
    tables.session.insert(session)
  }
  for (let index = 1; index <= POLICIES; index++) {
    const levels = [{ timeoutMinutes: 5, userIds: [index] }]
    const policy = {
      name: `Policy ${index}`,
      repeating: false,
      frequency: 1,
      delay_minutes: 0,
      routing_key: null,
      is_default: index === 1,
      created_at: now,
      updated_at: now,
    }
    await db
      .insertInto('escalation_policy')
      .values({ ...policy, levels: JSON.stringify(levels) })
      .execute()
    tables.escalation_policy.insert({ ...policy, levels, id: tables.next('escalation_policy') })
  }
  for (let index = 1; index <= SOURCES; index++) {
    const source = {
      name: `Source ${index}`,
      integration_type: 'API',
      active: true,
      escalation_policy_id: 1,
      alert_creation: 'ONE_ALERT_PER_EMAIL',
      alert_grouping_window: null,
      auto_resolution_timeout: null,
      alert_priority_rule: 'HIGH',
      settings_secrets: null,
      settings_saved_at: null,
      verification_allowed_at: null,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    }
    await db
      .insertInto('alert_source')
      .values({ ...source, settings: '{}' })
      .execute()
    tables.alert_source.insert({ ...source, settings: {}, id: index })
  }
  tables.journal.take()
}
