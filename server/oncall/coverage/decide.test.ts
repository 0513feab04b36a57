import { describe, expect, test } from 'vitest'
import { doubleCoverIn, gapsIn } from './decide.ts'

const at = (clock: string) => new Date(`2026-03-02T${clock}Z`)
const stretch = (start: string, end: string) => ({ start: at(start), end: at(end) })
const day = { from: at('08:00'), until: at('20:00') }

describe('nobody is on call', () => {
  test.each([
    ['all the time without shifts', [], [stretch('08:00', '20:00')]],
    [
      'before, between and after',
      [stretch('09:00', '10:00'), stretch('11:00', '12:00')],
      [stretch('08:00', '09:00'), stretch('10:00', '11:00'), stretch('12:00', '20:00')],
    ],
    ['at no time when shifts touch', [stretch('07:00', '12:00'), stretch('12:00', '21:00')], []],
    [
      'at no time when shifts overlap, in any order',
      [stretch('12:00', '20:00'), stretch('08:00', '19:00'), stretch('09:00', '10:00')],
      [],
    ],
    [
      'outside of the shifts that matter',
      [stretch('06:00', '07:00'), stretch('20:00', '22:00')],
      [stretch('08:00', '20:00')],
    ],
    [
      'after a long shift that a short one lies in',
      [stretch('08:00', '18:00'), stretch('09:00', '10:00')],
      [stretch('18:00', '20:00')],
    ],
  ])('%s', (_title, shifts, expected) => {
    expect(gapsIn(shifts, day)).toEqual(expected)
  })
})

describe('two layers have somebody', () => {
  const own = (layer: string, ...spans: [string, string][]) =>
    spans.map(([start, end]) => ({
      userId: 1,
      ...stretch(start, end),
      cause: { kind: 'layer' as const, layerIndex: 0, layer },
    }))

  test('while both have, and both are named', () => {
    expect(doubleCoverIn([own('A', ['09:00', '12:00']), own('B', ['11:00', '14:00'])], day)).toEqual([
      { ...stretch('11:00', '12:00'), layers: ['A', 'B'] },
    ])
  })

  test('in one stretch, though one of them hands over meanwhile', () => {
    const layers = [own('A', ['09:00', '10:00'], ['10:00', '12:00']), own('B', ['09:00', '12:00'])]
    expect(doubleCoverIn(layers, day)).toEqual([{ ...stretch('09:00', '12:00'), layers: ['A', 'B'] }])
  })

  test('in another stretch when it is another pair, or time lies between', () => {
    const layers = [
      own('A', ['09:00', '12:00']),
      own('B', ['09:00', '10:00'], ['11:00', '12:00']),
      own('C', ['10:00', '10:30']),
    ]
    expect(doubleCoverIn(layers, day)).toEqual([
      { ...stretch('09:00', '10:00'), layers: ['A', 'B'] },
      { ...stretch('10:00', '10:30'), layers: ['A', 'C'] },
      { ...stretch('11:00', '12:00'), layers: ['A', 'B'] },
    ])
  })

  test('only as far as was asked', () => {
    const layers = [own('A', ['06:00', '22:00']), own('B', ['06:00', '22:00'])]
    expect(doubleCoverIn(layers, day)).toEqual([{ ...stretch('08:00', '20:00'), layers: ['A', 'B'] }])
    const outside = [own('A', ['06:00', '08:00'], ['20:00', '22:00']), own('B', ['06:00', '08:00'], ['20:00', '22:00'])]
    expect(doubleCoverIn(outside, day)).toEqual([])
  })

  test('never, where shifts only touch, or there is one layer', () => {
    expect(doubleCoverIn([own('A', ['09:00', '10:00']), own('B', ['10:00', '11:00'])], day)).toEqual([])
    expect(doubleCoverIn([own('A', ['09:00', '10:00'])], day)).toEqual([])
  })
})
