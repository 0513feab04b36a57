import { readLocal, writeLocal, ZONED_FROM, ZONED_UNTIL, zoneOf } from '../../runtime/zoned.ts'
import { type Layer, readRotation, readWeekMoment, type WeekRange } from '../layers/decide.ts'
import { type LayerInput, SHIFT_DAYS_MAX, type ShiftInput } from '../schema.ts'

/** What is wrong with a request, by the path of the field. */
export interface Refusal {
  field: string
  message: string
}

export type Read<T> = { ok: true; value: T } | { ok: false; refusals: Refusal[] }

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS

/** The layers of a request as they are kept, or everything that is wrong with them. */
export function readLayers(inputs: readonly LayerInput[], timezone: string): Read<Layer[]> {
  const read = inputs.map((input, index) => readLayer(input, timezone, index))
  const refusals = read.flatMap((one) => (one.ok ? [] : one.refusals))
  return refusals.length > 0
    ? { ok: false, refusals }
    : { ok: true, value: read.flatMap((one) => (one.ok ? [one.value] : [])) }
}

function readLayer(input: LayerInput, timezone: string, index: number): Read<Layer> {
  const refusals: Refusal[] = []
  const refuse = (field: string, message: string) =>
    refusals.push({ field: `scheduleLayers.${index}.${field}`, message })
  const startsOn = localIn(timezone, input.startsOn)
  const endsOn = input.endsOn ? localIn(timezone, input.endsOn) : null
  if (startsOn === null) refuse('startsOn', 'There is no such day or time.')
  else if (isFar(startsOn)) refuse('startsOn', 'It lies between 1970 and 2100.')
  if (input.endsOn && endsOn === null) refuse('endsOn', 'There is no such day or time.')
  if (startsOn !== null && endsOn !== null && endsOn <= startsOn) refuse('endsOn', 'The layer ends before it begins.')
  const trouble = rotationTrouble(input.rotation)
  if (trouble) refuse('rotation', trouble)
  if (input.users.length === 0) refuse('users', 'A rotation needs somebody: add a person.')
  const restrictions = input.restrictions ?? []
  for (const { field, message } of restrictionTroubles(restrictions)) refuse(`restrictions.${field}`, message)
  if (refusals.length > 0) return { ok: false, refusals }
  return {
    ok: true,
    value: {
      name: input.name || `Layer ${index + 1}`,
      startsOn: writeLocal(startsOn ?? 0),
      endsOn: endsOn === null ? null : writeLocal(endsOn),
      userIds: input.users.map(({ id }) => id),
      rotation: input.rotation,
      restrictions: restrictions.map(({ from, to }) => ({ from, to })),
      skipRestrictedTime: input.skipRestrictedTime ?? false,
    },
  }
}

function rotationTrouble(text: string): string | null {
  const rotation = readRotation(text)
  if (!rotation)
    return 'Write how long a turn is in hours, days or weeks such as PT12H, P1D or P1W, or in months such as P1M.'
  const days = rotation.kind === 'months' ? rotation.months * 30.5 : rotation.ms / DAY_MS
  return days > SHIFT_DAYS_MAX ? 'A turn is at most a year long.' : null
}

function restrictionTroubles(restrictions: readonly WeekRange[]): Refusal[] {
  const troubles: Refusal[] = []
  const taken: { start: number; end: number; index: number }[] = []
  for (const [index, { from, to }] of restrictions.entries()) {
    const start = (readWeekMoment(from) ?? 0) % WEEK_MS
    const end = readWeekMoment(to) ?? 0
    if (end % WEEK_MS === start) {
      const message = 'It begins and ends at the same moment. Leave the restrictions out to be on call all week.'
      troubles.push({ field: `${index}.to`, message })
      continue
    }
    const parts =
      end > start
        ? [{ start, end }]
        : [
            { start, end: WEEK_MS },
            { start: 0, end },
          ]
    const other = taken.find((one) => parts.some((part) => part.start < one.end && one.start < part.end))
    if (other) troubles.push({ field: `${index}.from`, message: `It overlaps with restriction ${other.index + 1}.` })
    taken.push(...parts.map((part) => ({ ...part, index })))
  }
  return troubles
}

/** An instant said with its offset, or as a reading of the schedule's clocks. Null when there is none. */
export function instantIn(timezone: string, text: string): Date | null {
  const local = readLocal(text)
  if (local !== null) return isFar(local) ? null : new Date(zoneOf(timezone).instantOf(local))
  // A day that does not exist would be read as a later one.
  const isDay = readLocal(text.slice(0, 10)) !== null && /(Z|[+-]\d\d:?\d\d)$/.test(text)
  const at = isDay ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) || isFar(at) ? null : new Date(at)
}

function localIn(timezone: string, text: string): number | null {
  const local = readLocal(text)
  if (local !== null) return local
  const at = instantIn(timezone, text)
  return at && zoneOf(timezone).localOf(at.getTime())
}

function isFar(at: number): boolean {
  return at < ZONED_FROM || at >= ZONED_UNTIL
}

export interface DrawnShift {
  userId: number
  start: Date
  end: Date
}

/** A drawn shift or an override, or what is wrong with its times. `path` names where it stands in the request. */
export function readShift(input: ShiftInput, timezone: string, path: string): Read<DrawnShift> {
  const refusals: Refusal[] = []
  const refuse = (field: string, message: string) => refusals.push({ field: `${path}${field}`, message })
  const start = instantIn(timezone, input.start)
  const end = instantIn(timezone, input.end)
  if (!start) refuse('start', 'There is no such day or time between 1970 and 2100.')
  if (!end) refuse('end', 'There is no such day or time between 1970 and 2100.')
  if (start && end && end <= start) refuse('end', 'It ends before it begins.')
  if (start && end && end.getTime() - start.getTime() > SHIFT_DAYS_MAX * DAY_MS) {
    refuse('end', `It is at most ${SHIFT_DAYS_MAX} days long.`)
  }
  if (!start || !end || refusals.length > 0) return { ok: false, refusals }
  return { ok: true, value: { userId: input.user.id, start, end } }
}

/** What says that two of these overlap; null when none do. One person is on call at a time. */
export function overlapIn(shifts: readonly DrawnShift[]): Refusal | null {
  const order = shifts
    .map((shift, index) => ({ ...shift, index }))
    .sort((a, b) => a.start.getTime() - b.start.getTime())
  for (const [place, shift] of order.entries()) {
    const next = order[place + 1]
    if (next && next.start < shift.end) {
      return { field: `shifts.${next.index}.start`, message: `It overlaps with shift ${shift.index + 1}.` }
    }
  }
  return null
}
