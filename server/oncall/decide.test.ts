import { describe, expect, test } from 'vitest'
import { layerShiftsOf, onCallAt, type Schedule, shiftsOf } from './decide.ts'
import type { Layer } from './layers/decide.ts'

const [ann, ben, cem] = [1, 2, 3]
const at = (text: string) => new Date(`2026-${text}Z`)

const daily = (more: Partial<Layer> = {}): Layer => ({
  name: 'Primary',
  startsOn: '2026-03-01T09:00:00',
  endsOn: null,
  userIds: [ann, ben],
  rotation: 'P1D',
  restrictions: [],
  skipRestrictedTime: false,
  ...more,
})

const schedule = (more: Partial<Schedule> = {}): Schedule => ({
  timezone: 'UTC',
  editions: [{ from: null, layers: [daily()] }],
  shifts: [],
  overrides: [],
  ...more,
})

const override = (userId: number, start: string, end: string, id = 7) => ({
  id,
  userId,
  start: at(start),
  end: at(end),
})
const [primary, drawn] = [{ kind: 'layer', layerIndex: 0, layer: 'Primary' }, { kind: 'shift' }]
const shift = (userId: number, start: string, end: string, cause: object = primary) => ({
  userId,
  start: at(start),
  end: at(end),
  cause,
})
const between = (from: string, until: string) => ({ from: at(from), until: at(until) })

describe('who is on call', () => {
  test('is told in whole shifts, also those that begin before or end after', () => {
    expect(shiftsOf(schedule(), between('03-02T12:00:00', '03-03T12:00:00'))).toEqual([
      shift(ben, '03-02T09:00:00', '03-03T09:00:00'),
      shift(ann, '03-03T09:00:00', '03-04T09:00:00'),
    ])
  })

  test('at the moment of a hand-over is the next one', () => {
    expect(onCallAt(schedule(), at('03-02T08:59:59.999'))).toMatchObject({ userId: ann })
    expect(onCallAt(schedule(), at('03-02T09:00:00'))).toMatchObject({ userId: ben })
  })

  test('is nobody where nothing says so', () => {
    expect(onCallAt(schedule(), at('03-01T08:59:59'))).toBeNull()
    expect(shiftsOf(schedule({ editions: [] }), between('03-01T00:00:00', '04-01T00:00:00'))).toEqual([])
  })

  test('in no time is nobody', () => {
    const nothing = [between('03-02T12:00:00', '03-02T12:00:00'), between('03-02T12:00:00', '03-02T11:00:00')]
    for (const interval of nothing) expect(shiftsOf(schedule(), interval)).toEqual([])
  })

  test('of several layers is said by the last that has somebody', () => {
    const layers = [daily(), daily({ name: 'Second', userIds: [cem], endsOn: '2026-03-02T21:00:00' })]
    const second = { kind: 'layer', layerIndex: 1, layer: 'Second' }
    const given = schedule({ editions: [{ from: null, layers }] })
    const interval = between('03-02T12:00:00', '03-02T22:00:00')
    expect(shiftsOf(given, interval)).toEqual([
      shift(cem, '03-02T09:00:00', '03-02T21:00:00', second),
      shift(ben, '03-02T21:00:00', '03-03T09:00:00'),
    ])
    expect(layerShiftsOf(given, interval)).toEqual([
      [shift(ben, '03-02T09:00:00', '03-03T09:00:00')],
      [shift(cem, '03-02T09:00:00', '03-02T21:00:00', second)],
    ])
  })

  test('is said by a drawn shift before any layer', () => {
    const given = schedule({ shifts: [{ userId: cem, start: at('03-02T10:00:00'), end: at('03-02T11:00:00') }] })
    expect(shiftsOf(given, between('03-02T10:30:00', '03-02T12:00:00'))).toEqual([
      shift(cem, '03-02T10:00:00', '03-02T11:00:00', drawn),
      shift(ben, '03-02T11:00:00', '03-03T09:00:00'),
    ])
  })
})

describe('an override', () => {
  const given = schedule({ overrides: [override(cem, '03-02T18:00:00', '03-02T20:00:00')] })
  const cause = { kind: 'override', overrideId: 7 }

  test('replaces exactly its time, and the rotation comes back the moment it ends', () => {
    expect(shiftsOf(given, between('03-02T09:00:00', '03-03T09:00:00'))).toEqual([
      shift(ben, '03-02T09:00:00', '03-02T18:00:00'),
      shift(cem, '03-02T18:00:00', '03-02T20:00:00', cause),
      shift(ben, '03-02T20:00:00', '03-03T09:00:00'),
    ])
    expect(onCallAt(given, at('03-02T17:59:59.999'))).toMatchObject({ userId: ben })
    expect(onCallAt(given, at('03-02T18:00:00'))).toMatchObject({ userId: cem })
    expect(onCallAt(given, at('03-02T19:59:59.999'))).toMatchObject({ userId: cem })
    expect(onCallAt(given, at('03-02T20:00:00'))).toEqual(shift(ben, '03-02T20:00:00', '03-03T09:00:00'))
  })

  test('goes over a drawn shift, and a newer one over an older one', () => {
    const both = schedule({
      shifts: [{ userId: ann, start: at('03-02T17:00:00'), end: at('03-02T21:00:00') }],
      overrides: [
        override(cem, '03-02T18:00:00', '03-02T20:00:00', 7),
        override(ben, '03-02T19:00:00', '03-02T19:30:00', 8),
      ],
    })
    expect(shiftsOf(both, between('03-02T17:00:00', '03-02T21:00:00'))).toEqual([
      shift(ann, '03-02T17:00:00', '03-02T18:00:00', drawn),
      shift(cem, '03-02T18:00:00', '03-02T19:00:00', cause),
      shift(ben, '03-02T19:00:00', '03-02T19:30:00', { kind: 'override', overrideId: 8 }),
      shift(cem, '03-02T19:30:00', '03-02T20:00:00', cause),
      shift(ann, '03-02T20:00:00', '03-02T21:00:00', drawn),
    ])
  })

  test('is left out on request', () => {
    expect(shiftsOf(given, between('03-02T19:00:00', '03-02T19:01:00'), { overrides: false })).toEqual([
      shift(ben, '03-02T09:00:00', '03-03T09:00:00'),
    ])
  })

  test('puts somebody on call where nobody is', () => {
    const early = schedule({ overrides: [override(cem, '02-01T00:00:00', '02-02T00:00:00')] })
    expect(shiftsOf(early, between('01-01T00:00:00', '02-10T00:00:00'))).toEqual([
      shift(cem, '02-01T00:00:00', '02-02T00:00:00', cause),
    ])
  })
})

describe('an edit of the layers', () => {
  const edited = schedule({
    editions: [
      { from: null, layers: [daily()] },
      { from: at('03-02T12:00:00'), layers: [daily({ userIds: [cem] })] },
    ],
  })

  test('leaves what was as it was, and holds from its moment', () => {
    expect(shiftsOf(edited, between('03-02T11:00:00', '03-02T13:00:00'))).toEqual([
      shift(ben, '03-02T09:00:00', '03-02T12:00:00'),
      shift(cem, '03-02T12:00:00', '03-03T09:00:00'),
    ])
  })

  test('shows as many layers as either has', () => {
    const fewer = { ...edited, editions: [...edited.editions, { from: at('03-05T00:00:00'), layers: [] }] }
    expect(layerShiftsOf(fewer, between('03-06T00:00:00', '03-07T00:00:00'))).toEqual([[]])
  })
})
