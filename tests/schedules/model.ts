import type { Schedule } from '../../server/oncall/decide.ts'
import type { Layer, WeekRange } from '../../server/oncall/layers/decide.ts'
import { wallMinutes } from './wall-clock.ts'

/**
 * Who is on call, minute by minute: written without looking at the engine, to disagree with it where one of both is wrong.
 * It knows one trick only: a clock that never goes back. When the clocks are set back it stands still until they catch up,
 * so what was handed over at half past two is not handed back at two.
 */
export function modelMinutes(schedule: Schedule, from: number, minutes: number): (number | null)[] {
  const lead = 26 * 60
  const wall = wallMinutes(schedule.timezone, from - lead * MINUTE, lead + minutes)
  const steady: number[] = []
  for (const shown of wall) steady.push(Math.max(shown, steady.at(-1) ?? shown))
  const walkers = schedule.editions.map((edition) => edition.layers.map((layer) => new Walker(layer)))
  const answer: (number | null)[] = []
  for (let minute = 0; minute < minutes; minute++) {
    const at = from + minute * MINUTE
    const clock = steady[lead + minute] ?? 0
    answer.push(ofOverrides(schedule, at) ?? ofShifts(schedule, at) ?? ofLayers(schedule, walkers, at, clock))
  }
  return answer
}

const MINUTE = 60_000

function ofOverrides(schedule: Schedule, at: number): number | null {
  let found: number | null = null
  for (const one of schedule.overrides) {
    if (one.start.getTime() <= at && at < one.end.getTime()) found = one.userId
  }
  return found
}

function ofShifts(schedule: Schedule, at: number): number | null {
  for (const one of schedule.shifts) {
    if (one.start.getTime() <= at && at < one.end.getTime()) return one.userId
  }
  return null
}

function ofLayers(schedule: Schedule, walkers: Walker[][], at: number, clock: number): number | null {
  let holding = -1
  for (let index = 0; index < schedule.editions.length; index++) {
    const since = schedule.editions[index]?.from ?? null
    if (since === null || since.getTime() <= at) holding = index
  }
  let found: number | null = null
  for (const walker of walkers[holding] ?? []) found = walker.personAt(clock) ?? found
  return found
}

/** Walks along one layer's turns, a turn at a time. */
class Walker {
  private readonly layer: Layer
  private readonly starts: number
  private readonly ends: number
  private turn = 0
  private counted = 0

  constructor(layer: Layer) {
    this.layer = layer
    this.starts = Date.parse(`${layer.startsOn}Z`)
    this.ends = layer.endsOn === null ? Number.MAX_VALUE : Date.parse(`${layer.endsOn}Z`)
  }

  personAt(clock: number): number | null {
    if (clock < this.starts || clock >= this.ends) return null
    while (this.handOver(this.turn + 1) <= clock) {
      if (this.turnCounts()) this.counted++
      this.turn++
    }
    if (!isAllowed(this.layer.restrictions, clock)) return null
    return this.layer.userIds[this.counted % this.layer.userIds.length] ?? null
  }

  private turnCounts(): boolean {
    if (!this.layer.skipRestrictedTime) return true
    for (let at = this.handOver(this.turn); at < this.handOver(this.turn + 1); at += MINUTE) {
      if (isAllowed(this.layer.restrictions, at)) return true
    }
    return false
  }

  private handOver(number: number): number {
    const match = /^P(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(\d+)H)?$/.exec(this.layer.rotation)
    if (!match) throw new Error(`The model does not know ${this.layer.rotation}.`)
    const [, months, weeks, days, hours] = match.map((part) => Number(part ?? 0))
    if (!months) {
      return this.starts + number * ((((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 60 * MINUTE)
    }
    const first = new Date(this.starts)
    const wanted = first.getUTCDate()
    for (let day = wanted; ; day--) {
      const at = new Date(this.starts)
      at.setUTCDate(1)
      at.setUTCMonth(first.getUTCMonth() + number * months)
      const month = at.getUTCMonth()
      at.setUTCDate(day)
      if (at.getUTCMonth() === month) return at.getTime()
    }
  }
}

const NAMES = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']

function isAllowed(restrictions: readonly WeekRange[], clock: number): boolean {
  if (restrictions.length === 0) return true
  const now = new Date(clock)
  const minute = now.getUTCDay() * 1440 + now.getUTCHours() * 60 + now.getUTCMinutes()
  return restrictions.some(({ from, to }) => {
    const begin = minuteOf(from) % 10_080
    const end = minuteOf(to) % 10_080
    return begin < end ? minute >= begin && minute < end : minute >= begin || minute < end
  })
}

function minuteOf({ dayOfWeek, time }: WeekRange['from']): number {
  return NAMES.indexOf(dayOfWeek) * 1440 + Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
