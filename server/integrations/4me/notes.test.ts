import { expect, test } from 'vitest'
import { notesIn } from './notes.ts'

const note = (id: number, text: string, some: Record<string, unknown> = {}) => ({
  id,
  text,
  created_at: '2026-03-02T10:00:00+01:00',
  person: { id: 6, name: 'Howard Tanner' },
  medium: 'default',
  ...some,
})

test('the first note is the description; what people wrote after it is told', () => {
  expect(notesIn([note(1, 'Nothing prints.'), note(2, ' Paper is in. ')])).toEqual([
    { id: '2', text: 'Paper is in.', author: 'Howard Tanner', at: new Date('2026-03-02T09:00:00Z') },
  ])
})

test('what 4me writes by itself, and what cannot be read, is left out', () => {
  const notes = [
    note(1, 'Nothing prints.'),
    note(2, 'Assigned.', { medium: 'system' }),
    note(3, ''),
    note(4, 'When?', { created_at: 'soon' }),
    { id: 5 },
    null,
    note(6, 'By a rule', { person: null, medium: 'automation' }),
  ]
  expect(notesIn(notes)).toMatchObject([{ id: '6', author: null }])
})

test.each([undefined, null, {}, 'notes', []])('%j has no notes', (json) => {
  expect(notesIn(json)).toEqual([])
})
