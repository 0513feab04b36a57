import { expect, it } from 'vitest'
import { runs } from './runs.ts'
import { DAMAGES, KILLS, shortRuns } from './short-runs.ts'

shortRuns(KILLS)

it('every run of the command has a short form', () => {
  const names = [...KILLS, ...DAMAGES].map(({ name }) => name)
  expect(names.toSorted()).toEqual(runs.map(({ name }) => name).toSorted())
})
