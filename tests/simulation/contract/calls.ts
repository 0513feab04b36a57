import { alertCalls } from './alert-calls.ts'
import type { Call } from './deck.ts'
import { dutyCalls } from './duty-calls.ts'
import { otherCalls } from './other-calls.ts'
import { pageCalls } from './page-calls.ts'
import { peopleCalls } from './people-calls.ts'
import { sourceCalls } from './source-calls.ts'

/** Every function that a twin has, and how it may be called. */
export const calls: Record<string, Call> = {
  ...alertCalls,
  ...dutyCalls,
  ...pageCalls,
  ...peopleCalls,
  ...sourceCalls,
  ...otherCalls,
}
