import type { Tx } from '../database/connection.ts'
import { createPerson } from '../directory/store.ts'

/** Colleagues for the demo's escalation policies: their mail ends in the message inbox, and they cannot sign in. */
const COLLEAGUES = [
  { firstName: 'Ada', lastName: 'Night', email: 'ada.night@demo.example' },
  { firstName: 'Ben', lastName: 'Backup', email: 'ben.backup@demo.example' },
]

/** Adds the demo's people once; a person who was removed stays removed. */
export async function addDemoPeople(tx: Tx, now: Date): Promise<void> {
  const anybody = await tx.selectFrom('person').select('id').limit(1).executeTakeFirst()
  if (anybody) return
  for (const person of COLLEAGUES) {
    await createPerson(tx, { ...person, role: 'RESPONDER', timezone: 'UTC', language: 'en', passwordHash: null }, now)
  }
}
