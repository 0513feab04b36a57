import type { Place } from '../../conditions/tree.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { onCallAt, type Schedule } from '../../oncall/decide.ts'
import { loadSchedules, scheduleRow } from '../../oncall/store.ts'
import { type CompiledRules, placesIn } from './compile.ts'

/** Whether an instant lies in a place; null: there is no such place. */
export type IsIn = (place: Place, at: Date) => boolean | null

/** The schedules a source's conditions ask about: in one is whoever asks while somebody is on call. Support hours cannot be made yet. */
export async function loadPlaces(db: Database | Tx, rules: CompiledRules, now: Date): Promise<IsIn> {
  return loadPlacesAsked(
    db,
    placesIn(rules).map(({ place }) => place),
    now,
  )
}

/** The same for places a condition somewhere else asks about. */
export async function loadPlacesAsked(db: Database | Tx, places: readonly Place[], now: Date): Promise<IsIn> {
  const schedules = new Map<number, Schedule>()
  for (const place of places) {
    if (place.type !== 'ON_CALL_SCHEDULE' || schedules.has(place.id)) continue
    const row = await scheduleRow(db, place.id)
    if (!row) continue
    const [stored] = await loadSchedules(db, [row], { from: now, until: now })
    if (stored) schedules.set(place.id, stored.rules)
  }
  return (place, at) => {
    const schedule = place.type === 'ON_CALL_SCHEDULE' ? schedules.get(place.id) : undefined
    return schedule ? onCallAt(schedule, at) !== null : null
  }
}
