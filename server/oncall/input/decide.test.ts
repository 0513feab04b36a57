import { describe, expect, test } from 'vitest'
import type { LayerInput } from '../schema.ts'
import { instantIn, overlapIn, readLayers, readShift } from './decide.ts'

const VIENNA = 'Europe/Vienna'
const layer = (more: Partial<LayerInput> = {}): LayerInput => ({
  name: 'Primary',
  startsOn: '2026-03-02T09:00',
  users: [{ id: 1 }, { id: 2 }],
  rotation: 'P1W',
  ...more,
})
const refusals = (...layers: LayerInput[]) => {
  const read = readLayers(layers, VIENNA)
  return read.ok ? [] : read.refusals.map(({ field, message }) => `${field}: ${message}`)
}
const week = (from: [string, string], to: [string, string]) => ({
  from: { dayOfWeek: from[0] as 'MONDAY', time: from[1] },
  to: { dayOfWeek: to[0] as 'MONDAY', time: to[1] },
})

describe('a layer', () => {
  test('is kept as readings of the clocks of its zone', () => {
    const restrictions = [week(['MONDAY', '08:00'], ['FRIDAY', '17:00'])]
    expect(
      readLayers(
        [
          layer({ endsOn: '2026-06-01', restrictions, skipRestrictedTime: true }),
          layer({ name: '', startsOn: '2026-07-01T09:00+00:00', endsOn: '' }),
        ],
        VIENNA,
      ),
    ).toEqual({
      ok: true,
      value: [
        {
          name: 'Primary',
          startsOn: '2026-03-02T09:00:00',
          endsOn: '2026-06-01T00:00:00',
          userIds: [1, 2],
          rotation: 'P1W',
          restrictions,
          skipRestrictedTime: true,
        },
        {
          name: 'Layer 2',
          startsOn: '2026-07-01T11:00:00',
          endsOn: null,
          userIds: [1, 2],
          rotation: 'P1W',
          restrictions: [],
          skipRestrictedTime: false,
        },
      ],
    })
  })

  test.each<[string, Partial<LayerInput>, string]>([
    ['a day that does not exist', { startsOn: '2026-02-30' }, 'startsOn: There is no such day or time.'],
    ['a day before 1970', { startsOn: '1969-12-31T23:59' }, 'startsOn: It lies between 1970 and 2100.'],
    ['a day after 2100', { startsOn: '2101-01-01' }, 'startsOn: It lies between 1970 and 2100.'],
    ['an end that does not exist', { endsOn: '2026-13-01' }, 'endsOn: There is no such day or time.'],
    ['an end at its beginning', { endsOn: '2026-03-02T09:00' }, 'endsOn: The layer ends before it begins.'],
    [
      'a rotation that is none',
      { rotation: 'daily' },
      'rotation: Write how long a turn is in hours, days or weeks such as PT12H, P1D or P1W, or in months such as P1M.',
    ],
    ['turns of more than a year', { rotation: 'P367D' }, 'rotation: A turn is at most a year long.'],
    ['turns of more than twelve months', { rotation: 'P13M' }, 'rotation: A turn is at most a year long.'],
    ['nobody', { users: [] }, 'users: A rotation needs somebody: add a person.'],
    [
      'a restriction of no length',
      { restrictions: [week(['MONDAY', '08:00'], ['MONDAY', '08:00'])] },
      'restrictions.0.to: It begins and ends at the same moment. Leave the restrictions out to be on call all week.',
    ],
    [
      'a restriction of the whole week',
      { restrictions: [week(['MONDAY', '00:00'], ['SUNDAY', '24:00'])] },
      'restrictions.0.to: It begins and ends at the same moment. Leave the restrictions out to be on call all week.',
    ],
    [
      'restrictions that overlap',
      {
        restrictions: [week(['MONDAY', '08:00'], ['MONDAY', '12:00']), week(['MONDAY', '11:59'], ['MONDAY', '13:00'])],
      },
      'restrictions.1.from: It overlaps with restriction 1.',
    ],
    [
      'restrictions that overlap beyond the end of the week',
      {
        restrictions: [week(['SUNDAY', '20:00'], ['MONDAY', '06:00']), week(['MONDAY', '05:00'], ['MONDAY', '07:00'])],
      },
      'restrictions.1.from: It overlaps with restriction 1.',
    ],
  ])('with %s is refused at its field', (_title, more, expected) => {
    expect(refusals(layer(more))).toEqual([`scheduleLayers.0.${expected}`])
  })

  test.each<[string, Partial<LayerInput>]>([
    ['of exactly a year', { rotation: 'P366D' }],
    ['of exactly twelve months', { rotation: 'P12M' }],
    ['that begins with 1970', { startsOn: '1970-01-01' }],
    ['that begins in the last minute of 2100', { startsOn: '2100-12-31T23:59' }],
    [
      'whose restrictions touch',
      {
        restrictions: [week(['MONDAY', '08:00'], ['MONDAY', '12:00']), week(['MONDAY', '12:00'], ['MONDAY', '13:00'])],
      },
    ],
  ])('%s is taken', (_title, more) => {
    expect(refusals(layer(more))).toEqual([])
  })

  test('among others that is wrong is named by its place, with everything that is wrong', () => {
    expect(refusals(layer(), layer({ users: [], rotation: '' }), layer({ startsOn: 'x' }))).toEqual([
      'scheduleLayers.1.rotation: Write how long a turn is in hours, days or weeks such as PT12H, P1D or P1W, or in months such as P1M.',
      'scheduleLayers.1.users: A rotation needs somebody: add a person.',
      'scheduleLayers.2.startsOn: There is no such day or time.',
    ])
  })
})

describe('an instant', () => {
  test.each<[string, string | null]>([
    ['2026-03-02T09:00', '2026-03-02T08:00:00.000Z'],
    ['2026-07-02', '2026-07-01T22:00:00.000Z'],
    ['2026-03-02T09:00Z', '2026-03-02T09:00:00.000Z'],
    ['2026-03-02T09:00:30.5+02:00', '2026-03-02T07:00:30.500Z'],
    ['2026-03-02T09:00+0200', '2026-03-02T07:00:00.000Z'],
    ['2026-03-29T02:30', '2026-03-29T01:00:00.000Z'],
    ['2026-02-30T09:00Z', null],
    ['2026-02-30', null],
    ['2026-03-02T25:00Z', null],
    ['1969-12-31T09:00', null],
    ['1969-12-31T09:00Z', null],
    ['2101-01-01T00:00Z', null],
    ['Mon, 02 Mar 2026 09:00:00 GMT', null],
    ['', null],
  ])('%s', (text, expected) => {
    expect(instantIn(VIENNA, text)?.toISOString() ?? null).toBe(expected)
  })
})

describe('a drawn shift', () => {
  const read = (start: string, end: string) => readShift({ user: { id: 4 }, start, end }, VIENNA, 'shifts.0.')
  test('is kept as instants', () => {
    expect(read('2026-03-02T09:00', '2026-03-02T17:00Z')).toEqual({
      ok: true,
      value: { userId: 4, start: new Date('2026-03-02T08:00:00Z'), end: new Date('2026-03-02T17:00:00Z') },
    })
    expect(read('2026-01-01T00:00Z', '2027-01-02T00:00Z').ok).toBe(true)
  })

  test.each([
    ['x', '2026-03-02T09:00', 'shifts.0.start: There is no such day or time between 1970 and 2100.'],
    ['2026-03-02T09:00', '2026-02-30', 'shifts.0.end: There is no such day or time between 1970 and 2100.'],
    ['2026-03-02T09:00', '2026-03-02T09:00', 'shifts.0.end: It ends before it begins.'],
    ['2026-01-01T00:00Z', '2027-01-02T00:00:01Z', 'shifts.0.end: It is at most 366 days long.'],
  ])('from %s until %s is refused at its field', (start, end, expected) => {
    const result = read(start, end)
    expect(result.ok ? [] : result.refusals.map(({ field, message }) => `${field}: ${message}`)).toEqual([expected])
  })

  test('that overlaps another is named by its place, whatever their order', () => {
    const at = (clock: string) => new Date(`2026-03-02T${clock}Z`)
    const drawn = (start: string, end: string) => ({ userId: 1, start: at(start), end: at(end) })
    expect(overlapIn([drawn('12:00', '14:00'), drawn('09:00', '12:00'), drawn('14:00', '15:00')])).toBeNull()
    expect(overlapIn([drawn('11:59', '14:00'), drawn('09:00', '12:00')])).toEqual({
      field: 'shifts.0.start',
      message: 'It overlaps with shift 2.',
    })
    expect(overlapIn([])).toBeNull()
  })
})
