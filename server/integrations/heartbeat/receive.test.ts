import { describe, expect, test } from 'vitest'
import { examples } from './examples.ts'
import { receive } from './receive.ts'

describe('notices about heartbeats', () => {
  test.each(examples)('$name', ({ delivery, received }) => {
    expect(receive(delivery)).toEqual(received)
  })
})
