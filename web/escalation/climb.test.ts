import { expect, test } from 'vitest'
import { climbSentence } from './climb.ts'

const ann = { names: ['Ann'], timeoutMinutes: 5 }
const ben = { names: ['Ben'], timeoutMinutes: 10 }
const nobody = { names: [], timeoutMinutes: 30 }

test.each([
  [
    'one round ends with nobody',
    { levels: [ann, ben], rounds: 1, delayMinutes: 0 },
    'Ann at once → after 5 min Ben → after 10 min nobody else: the alert counts as unattended',
  ],
  [
    'more rounds begin again',
    { levels: [ann, ben], rounds: 3, delayMinutes: 0 },
    'Ann at once → after 5 min Ben → after 10 min again from the start (2 to 3 of 3)',
  ],
  [
    'a delay comes first',
    { levels: [{ names: ['Ann', 'Ben', 'Cem'], timeoutMinutes: 90 }], rounds: 2, delayMinutes: 2 },
    'Ann, Ben and Cem after 2 min → after 1 h 30 min again from the start (2 of 2)',
  ],
  [
    'a level without people is passed over without waiting',
    { levels: [nobody, ben], rounds: 1, delayMinutes: 0 },
    'Nobody (passed over) at once → at once Ben → after 10 min nobody else: the alert counts as unattended',
  ],
  ['nobody at all is said plainly', { levels: [nobody], rounds: 1, delayMinutes: 0 }, 'Nobody is ever asked.'],
])('%s', (_title, climb, sentence) => {
  expect(climbSentence(climb)).toBe(sentence)
})
