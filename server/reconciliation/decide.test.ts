import { describe, expect, test } from 'vitest'
import type { RecordState } from '../integrations/contract.ts'
import { addSeconds } from '../runtime/time.ts'
import { compare, type KnownState, missing, type OpenRecord } from './decide.ts'

const startedAt = new Date('2026-11-24T09:00:00Z')
const longAgo = addSeconds(startedAt, -86_400)
const how = { baselineAt: addSeconds(startedAt, -3_600), includeBaseline: false, startedAt, patient: true }

const listed = (type: RecordState['type'], more: Partial<OpenRecord> = {}): OpenRecord => ({
  folded: 'acme:request:1',
  createdAt: addSeconds(startedAt, -600),
  changedAt: addSeconds(startedAt, -300),
  state: { type } as RecordState,
  ...more,
})
const known = (eventType: string | null, more: Partial<KnownState> = {}): KnownState => ({
  folded: 'acme:request:1',
  eventType,
  hasOpenAlert: true,
  heardAt: longAgo,
  ...more,
})
const difference = (kind: string, before: string | null) => [{ folded: 'acme:request:1', kind, known: before }]

describe('an open record', () => {
  test.each<[string, OpenRecord, KnownState | null, object[]]>([
    ['that is known as it stands is no difference', listed('ALERT'), known('ALERT'), []],
    ['that no webhook told of is unknown', listed('ALERT'), null, difference('UNKNOWN', null)],
    ['of which only a comment is known is unknown', listed('ALERT'), known(null), difference('UNKNOWN', null)],
    [
      'of which nothing with an effect is known is unknown',
      listed('ALERT'),
      known('NONE'),
      difference('UNKNOWN', 'NONE'),
    ],
    ['that somebody works on already, and that is unknown, is nothing to page for', listed('ACCEPT'), null, []],
    ['whose status says nothing is no difference', listed('NONE'), known('ALERT'), []],
    ['that is resolved here was opened again', listed('ALERT'), known('RESOLVE'), difference('REOPENED', 'RESOLVE')],
    ['that was accepted there has another status', listed('ACCEPT'), known('ALERT'), difference('STATUS', 'ALERT')],
    ['that was given back there has another status', listed('ALERT'), known('ACCEPT'), difference('STATUS', 'ACCEPT')],
    [
      'that was heard of since the list began is left for next time',
      listed('ACCEPT'),
      known('ALERT', { heardAt: addSeconds(startedAt, 1) }),
      [],
    ],
    [
      'that was heard of the moment the list began is compared',
      listed('ACCEPT'),
      known('ALERT', { heardAt: startedAt }),
      difference('STATUS', 'ALERT'),
    ],
    [
      'that changed less than a minute ago has a webhook on its way',
      listed('ACCEPT', { changedAt: addSeconds(startedAt, -59) }),
      known('ALERT'),
      [],
    ],
    [
      'that changed a minute ago has none',
      listed('ACCEPT', { changedAt: addSeconds(startedAt, -60) }),
      known('ALERT'),
      difference('STATUS', 'ALERT'),
    ],
    [
      'that never changed counts from its creation',
      listed('ALERT', { changedAt: null, createdAt: addSeconds(startedAt, -5) }),
      null,
      [],
    ],
  ])('%s', (_title, record, here, expected) => {
    expect(compare([record], here ? [here] : [], how)).toEqual({ differences: expected, baseline: [] })
  })

  test('that changed a moment ago is a difference to whoever will not wait', () => {
    const record = listed('ACCEPT', { changedAt: addSeconds(startedAt, -1) })
    expect(compare([record], [known('ALERT')], { ...how, patient: false }).differences).toHaveLength(1)
  })
})

describe('what was open before the source was set up', () => {
  const old = listed('ALERT', { createdAt: addSeconds(how.baselineAt, -1) })
  test('is counted, and not raised, unless that is asked for', () => {
    expect(compare([old], [], how)).toEqual({ differences: [], baseline: ['acme:request:1'] })
    expect(compare([old], [], { ...how, includeBaseline: true })).toEqual({
      differences: difference('UNKNOWN', null),
      baseline: [],
    })
  })

  test('ends where the source begins', () => {
    expect(compare([listed('ALERT', { createdAt: how.baselineAt })], [], how).baseline).toEqual([])
  })

  test('is a difference all the same when it is known here, and stands otherwise', () => {
    expect(compare([old], [known('RESOLVE')], how).differences).toEqual(difference('REOPENED', 'RESOLVE'))
  })
})

describe('an alert whose record is not listed', () => {
  test.each<[string, Partial<KnownState>, string[]]>([
    ['must be asked for', {}, ['acme:request:2']],
    ['was heard of since, and is left for next time', { heardAt: addSeconds(startedAt, 1) }, []],
    ['must be asked for when it was heard of the moment the list began', { heardAt: startedAt }, ['acme:request:2']],
    ['is not open, and nobody’s concern', { hasOpenAlert: false }, []],
  ])('%s', (_title, more, expected) => {
    const here = known('ALERT', { folded: 'acme:request:2', ...more })
    expect(missing(new Set(['acme:request:1']), [known('ALERT'), here], startedAt)).toEqual(expected)
  })
})
