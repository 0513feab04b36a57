import { expect, test } from 'vitest'
import { bodyReferences } from './references.ts'

const found = (body: unknown, query: Record<string, unknown> = {}) =>
  bodyReferences(body, query).map(({ kind, field, id }) => [kind, field, id])

test('everything a request names by id is found, with the place it stands in', () => {
  expect(found({ alertSource: { id: 3 }, teams: [{ id: 1 }, { id: 2 }], alertSourceIds: [7] })).toEqual([
    ['alert-source', 'alertSource.id', 3],
    ['team', 'teams.0.id', 1],
    ['team', 'teams.1.id', 2],
    ['alert-source', 'alertSourceIds.0.id', 7],
  ])
  expect(found({ escalationRules: [{ schedules: [{ id: 4 }], users: [{ id: 9 }] }] })).toEqual([
    ['schedule', 'escalationRules.0.schedules.0.id', 4],
  ])
  expect(found(undefined, { 'policy-id': '5', schedule: 6, query: '7' })).toEqual([
    ['escalation-policy', 'policy-id', 5],
    ['schedule', 'schedule', 6],
  ])
})

test('what names nothing is nothing, however it is formed', () => {
  for (const body of [null, 'text', 7, [], { teams: null }, { alert: 'x' }, { alerts: [null, {}, { id: 'x' }] }]) {
    expect(found(body)).toEqual([])
  }
  let deep: unknown = { teams: [{ id: 1 }] }
  for (let depth = 0; depth < 1_000; depth++) deep = { inner: deep }
  expect(found(deep)).toEqual([])
})
