import type { Place } from '../../conditions/tree.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { onCallAt, type Schedule } from '../../oncall/decide.ts'
import { loadSchedules, scheduleRow } from '../../oncall/store.ts'
import { type Hours, isDuring } from '../../oncall/support-hours/decide.ts'
import { hoursOf, supportHoursRow } from '../../oncall/support-hours/store.ts'
import { type CompiledRules, placesIn } from './compile.ts'

/** Whether an instant lies in a place; null: there is no such place. */
export type IsIn = (place: Place, at: Date) => boolean | null

/** The places a source's conditions ask about: a schedule holds while somebody is on call, support hours while support is there. */
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
  const hours = new Map<number, Hours>()
  for (const place of places) {
    if (place.type === 'SUPPORT_HOUR') {
      const row = hours.has(place.id) ? null : await supportHoursRow(db, place.id)
      if (row) hours.set(place.id, hoursOf(row))
      continue
    }
    if (schedules.has(place.id)) continue
    const row = await scheduleRow(db, place.id)
    if (!row) continue
    const [stored] = await loadSchedules(db, [row], { from: now, until: now })
    if (stored) schedules.set(place.id, stored.rules)
  }
  return (place, at) => {
    if (place.type === 'SUPPORT_HOUR') {
      const one = hours.get(place.id)
      return one ? isDuring(one, at) : null
    }
    const schedule = schedules.get(place.id)
    return schedule ? onCallAt(schedule, at) !== null : null
  }
}
