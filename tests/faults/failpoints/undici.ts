import { request as send } from 'undici'
import { caller, pass } from './points.ts'

export * from 'undici'

/** undici's own, with a point before the call and one when the answer's head is there. */
export const request = (async (...words: Parameters<typeof send>) => {
  const place = caller()
  await pass(place, 'before-call')
  const answer = await send(...words)
  await pass(place, 'after-call')
  return answer
}) as typeof send
