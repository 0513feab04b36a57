import type { DayOfWeek, Layer, PreviewInput, Schedule, ScheduleInput } from '../../server/oncall/schema.ts'

export type RangeValues = { fromDay: DayOfWeek; fromTime: string; toDay: DayOfWeek; toTime: string }
export type UnitName = 'H' | 'D' | 'W' | 'M'
export type LayerValues = {
  name: string
  startsOn: string
  endsOn: string
  users: { id: number }[]
  count: string
  unit: UnitName
  restrictions: RangeValues[]
  skips: boolean
}
export type ShiftValues = { user: string; start: string; end: string }
export type ScheduleValues = {
  name: string
  timezone: string
  type: 'RECURRING' | 'STATIC'
  layers: LayerValues[]
  shifts: ShiftValues[]
  effectiveFrom: string
}

export const DAYS: readonly DayOfWeek[] = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
export const UNITS: Record<UnitName, string> = { H: 'hours', D: 'days', W: 'weeks', M: 'months' }
export const dayName = (day: DayOfWeek) => `${day.slice(0, 1)}${day.slice(1).toLowerCase()}`

/** A layer as it begins: weekly, from nine in the morning of the day on. */
export function newLayer(day: string): LayerValues {
  return {
    name: '',
    startsOn: `${day}T09:00`,
    endsOn: '',
    users: [],
    count: '1',
    unit: 'W',
    restrictions: [],
    skips: false,
  }
}

/** Monday to Friday, nine to five. */
export const officeHours: readonly RangeValues[] = DAYS.slice(0, 5).map((day) => ({
  fromDay: day,
  fromTime: '09:00',
  toDay: day,
  toTime: '17:00',
}))

/** A saved schedule as the form shows it; `shown` writes instants for fields. */
export function valuesOf(schedule: Schedule, shown: (iso: string) => string): ScheduleValues {
  return {
    name: schedule.name,
    timezone: schedule.timezone,
    type: schedule.type,
    layers: schedule.scheduleLayers.map(layerValues),
    shifts: (schedule.type === 'STATIC' ? (schedule.shifts ?? []) : []).map(({ user, start, end }) => ({
      user: String(user.id),
      start: shown(start),
      end: shown(end),
    })),
    effectiveFrom: '',
  }
}

function layerValues(layer: Layer): LayerValues {
  const { count, unit } = rotationValues(layer.rotation)
  return {
    name: layer.name,
    startsOn: layer.startsOn.slice(0, 16),
    endsOn: layer.endsOn?.slice(0, 16) ?? '',
    users: layer.users.map(({ id }) => ({ id })),
    count,
    unit,
    restrictions: layer.restrictions.map(({ from, to }) => ({
      fromDay: from.dayOfWeek,
      fromTime: from.time,
      toDay: to.dayOfWeek,
      toTime: to.time,
    })),
    skips: layer.skipRestrictedTime,
  }
}

/** `P1DT12H` is 36 hours: one number and one unit say every rotation. */
export function rotationValues(rotation: string): { count: string; unit: UnitName } {
  const match = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(\d+)H)?$/.exec(rotation)
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0] = (match?.slice(1) ?? []).map((part) =>
    Number(part ?? 0),
  )
  if (years + months > 0) return { count: String(years * 12 + months), unit: 'M' }
  if (hours > 0) return { count: String((weeks * 7 + days) * 24 + hours), unit: 'H' }
  const all = weeks * 7 + days
  return all % 7 === 0 ? { count: String(all / 7), unit: 'W' } : { count: String(all), unit: 'D' }
}

/** A number and a unit as a rotation. */
export function rotationOf(count: string, unit: UnitName): string {
  const number = Math.max(1, Math.floor(Number(count)) || 1)
  return unit === 'H' ? `PT${number}H` : `P${number}${unit}`
}

type Layers = NonNullable<ScheduleInput['scheduleLayers']>

function layersInput(values: ScheduleValues): Layers {
  return values.layers.map((layer) => ({
    name: layer.name,
    startsOn: layer.startsOn,
    endsOn: layer.endsOn || null,
    users: layer.users.map(({ id }) => ({ id })),
    rotation: rotationOf(layer.count, layer.unit),
    restrictions: layer.restrictions.map((range) => ({
      from: { dayOfWeek: range.fromDay, time: range.fromTime },
      to: { dayOfWeek: range.toDay, time: range.toTime },
    })),
    skipRestrictedTime: layer.skips,
  }))
}

const shiftsInput = (values: ScheduleValues) =>
  values.shifts.map(({ user, start, end }) => ({ user: { id: Number(user) }, start, end }))

/** The form as the API wants it; what the form does not show stays. */
export function inputOf(values: ScheduleValues, before: Schedule | null, from: string | null): ScheduleInput {
  return {
    name: values.name.trim(),
    timezone: values.timezone,
    type: values.type,
    teams: before?.teams.map(({ id }) => ({ id })) ?? [],
    ...(values.type === 'RECURRING' ? { scheduleLayers: layersInput(values) } : { shifts: shiftsInput(values) }),
    showGaps: before?.showGaps ?? false,
    defaultShiftDuration: before?.defaultShiftDuration ?? null,
    ...(from ? { effectiveFrom: from } : {}),
  }
}

/** What the preview asks for; null while a layer is not ready to be asked about. */
export function previewOf(values: ScheduleValues, from: Date, until: Date): PreviewInput | null {
  const isReady =
    values.type === 'RECURRING'
      ? values.layers.length > 0 && values.layers.every((layer) => layer.users.length > 0 && layer.startsOn !== '')
      : values.shifts.length > 0 && values.shifts.every((shift) => shift.user && shift.start && shift.end)
  if (!isReady || values.timezone === '') return null
  return {
    timezone: values.timezone,
    type: values.type,
    scheduleLayers: values.type === 'RECURRING' ? layersInput(values) : [],
    shifts: values.type === 'STATIC' ? shiftsInput(values) : [],
    from: from.toISOString(),
    until: until.toISOString(),
  }
}
