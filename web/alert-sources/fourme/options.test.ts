import { expect, test } from 'vitest'
import {
  chosenWeight,
  differing,
  listOf,
  numberOf,
  statusLabel,
  teamRows,
  teamsOf,
  textOf,
  tokenLink,
} from './options.ts'

test('only what differs from the usual table is saved', () => {
  const usual = { assigned: 'ALERT', completed: 'RESOLVE' } as const
  expect(differing(usual, { assigned: 'ALERT', completed: 'RESOLVE' })).toBeNull()
  expect(differing(usual, { assigned: 'IGNORE', completed: 'RESOLVE', odd: 'ACCEPT' })).toEqual({
    assigned: 'IGNORE',
    odd: 'ACCEPT',
  })
})

test('names are read from text and shown as text', () => {
  expect(listOf(' Service Desk, ,Network ')).toEqual(['Service Desk', 'Network'])
  expect(listOf(' , ')).toBeNull()
  expect(textOf(['a', 'b'])).toBe('a, b')
  expect(textOf(undefined)).toBe('')
  expect(statusLabel('waiting_for_customer')).toBe('Waiting for customer')
})

test('the token link leads to the account, with its scopes filled in', () => {
  expect(tokenLink({ accountName: 'WDC', region: 'us.xurrent.com' })).toBe(
    'https://wdc.us.xurrent.com/personal_access_tokens/new?name=Tocsin&scopes=request:CRU,problem:CRU,person:R',
  )
  expect(tokenLink({ accountName: 'acme', region: 'custom', accountUrl: 'http://localhost:4100' })).toMatch(
    /^http:\/\/localhost:4100\/personal/,
  )
  expect(tokenLink({ accountName: 'acme', region: 'custom' })).toBeNull()
  expect(tokenLink({ accountName: 'acme', region: 'custom', accountUrl: 'javascript:alert(1)' })).toBeNull()
  expect(tokenLink({ accountName: 'acme.evil/', region: '4me.com' })).toBeNull()
  expect(tokenLink({ accountName: '', region: '4me.com' })).toBeNull()
  expect(tokenLink({})).toBeNull()
})

test('only the weights that were chosen are saved', () => {
  expect(chosenWeight('', '')).toBeNull()
  expect(chosenWeight('LOW', '')).toEqual({ priority: 'LOW' })
  expect(chosenWeight('', '2')).toEqual({ severity: 2 })
})

test('what is no number stays as it was typed', () => {
  expect([' 30 ', '', 'half an hour'].map(numberOf)).toEqual([30, null, 'half an hour'])
})

test('teams are rows of a policy and a number; an empty row is left out', () => {
  expect(teamRows({ 7: 14 })).toEqual([{ policy: '7', team: '14' }])
  expect(teamRows(null)).toEqual([])
  expect(
    teamsOf([
      { policy: '7', team: '14' },
      { policy: '', team: '' },
    ]),
  ).toEqual({ 7: 14 })
  expect(teamsOf([{ policy: '', team: ' ' }])).toBeNull()
})
