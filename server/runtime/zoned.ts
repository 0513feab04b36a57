import { Temporal } from 'temporal-polyfill'

/** A wall-clock reading without a zone: milliseconds since 1970-01-01T00:00 as if the clock showed UTC. */
export type LocalMs = number

/** Wall-clock arithmetic of one time zone. */
export interface Zone {
  /** What the clock on the wall shows at an instant. */
  localOf(instantMs: number): LocalMs
  /**
   * The first instant at which the clock on the wall shows this reading or a later one. So a reading that the clocks skip is
   * the first instant after the gap, and of one that they show twice the first counts; never earlier for a later reading.
   */
  instantOf(local: LocalMs): number
}

/** Nothing before is reckoned with: zone data are poor there. */
export const ZONED_FROM = Date.UTC(1970, 0, 1)
export const ZONED_UNTIL = Date.UTC(2101, 0, 1)
const DAY_MS = 86_400_000
/** Before the first offset that is asked for, on either side of the date line. */
const TABLE_FROM = ZONED_FROM - 3 * DAY_MS
const AHEAD_MS = 3_660 * DAY_MS

const zones = new Map<string, ZoneTable>()

/** The arithmetic of an IANA zone; throws a RangeError for a name that is none. */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name)
  if (!zone) {
    zone = new ZoneTable(name)
    zones.set(name, zone)
  }
  return zone
}

/**
 * Offsets of one zone as a table that grows with what is asked: finding a transition costs some hundred microseconds,
 * looking one up some ten nanoseconds.
 */
class ZoneTable implements Zone {
  /** Segment i begins at `begins[i]` and has `offsets[i]`. */
  private readonly begins: number[] = [Number.NEGATIVE_INFINITY]
  private readonly offsets: number[] = []
  /** The latest reading that segments up to i reach; the last segment's is unknown. */
  private readonly reached: number[] = []
  private knownUntil = TABLE_FROM
  private next: Temporal.ZonedDateTime | null

  constructor(name: string) {
    const begin = Temporal.Instant.fromEpochMilliseconds(TABLE_FROM).toZonedDateTimeISO(name)
    this.offsets.push(begin.offsetNanoseconds / 1e6)
    this.next = begin.getTimeZoneTransition('next')
  }

  localOf(instantMs: number): LocalMs {
    this.growTo(instantMs)
    return instantMs + (this.offsets[lastAtOrBefore(this.begins, instantMs)] ?? 0)
  }

  instantOf(local: LocalMs): number {
    this.growTo(local + 2 * DAY_MS)
    const index = firstAfter(this.reached, local)
    return Math.max(this.begins[index] ?? 0, local - (this.offsets[index] ?? 0))
  }

  private growTo(instantMs: number): void {
    if (instantMs < this.knownUntil) return
    const until = Math.min(Math.max(instantMs, this.knownUntil) + AHEAD_MS, ZONED_UNTIL + AHEAD_MS)
    while (this.next && this.next.epochMilliseconds <= until) {
      const at = this.next.epochMilliseconds
      const before = this.offsets.at(-1) ?? 0
      this.reached.push(Math.max(this.reached.at(-1) ?? Number.NEGATIVE_INFINITY, at + before))
      this.begins.push(at)
      this.offsets.push(this.next.offsetNanoseconds / 1e6)
      this.next = this.next.getTimeZoneTransition('next')
    }
    this.knownUntil = until
  }
}

/** The last place whose value is not above; the first value is below everything. */
function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) <= value) low = middle
    else high = middle
  }
  return low
}

/** The first place whose value is above, or the place after the last. */
function firstAfter(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}

const LOCAL = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?$/

/** Reads `2026-03-29T02:30`, with or without seconds, or a date alone; `T24:00` is the next midnight. Null when it is none. */
export function readLocal(text: string): LocalMs | null {
  const match = LOCAL.exec(text)
  if (!match) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0))
  const midnight = Date.UTC(year, month - 1, day)
  const isDate = new Date(midnight).getUTCDate() === day && month >= 1 && month <= 12
  const isTime = minute < 60 && second < 60 && (hour < 24 || (hour === 24 && minute === 0 && second === 0))
  return isDate && isTime ? midnight + ((hour * 60 + minute) * 60 + second) * 1_000 : null
}

/** A reading as `2026-03-29T02:30:00`. */
export function writeLocal(local: LocalMs): string {
  return new Date(local).toISOString().slice(0, 19)
}

/** The reading `months` later at the same time of day; a day the month lacks becomes its last. */
export function addMonths(local: LocalMs, months: number): LocalMs {
  const at = new Date(local)
  const year = at.getUTCFullYear()
  const month = at.getUTCMonth() + months
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const midnight = Date.UTC(year, month, Math.min(at.getUTCDate(), lastDay))
  return midnight + (((local % DAY_MS) + DAY_MS) % DAY_MS)
}
