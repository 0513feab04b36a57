import { expect, test } from 'vitest'
import { namesIn } from './look-up.ts'

test.each([
  ['/api/teams/name/Default', ['Default']],
  ['/api/v1/teams/name/my%20name', ['my name']],
  ['/api/teams/name/my%20name/%C3%A4?x', ['my name/ä?x', 'my name/ä']],
  ['/api/teams/name/Default?', ['Default', 'Default?']],
  ['/api/teams/name/Really??', ['Really?', 'Really??', 'Really']],
  ['/api/teams/name/Default?include=members', ['Default?include=members', 'Default']],
  ['/api/teams/name/a/name/b', ['a/name/b']],
  ['/api/teams/name/50%25?100%', ['50%']],
  ['/api/teams/name/', []],
])('%s may mean %j', (url, names) => {
  expect(namesIn(url)).toEqual(names)
})
