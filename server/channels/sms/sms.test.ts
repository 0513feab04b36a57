import { expect, test } from 'vitest'
import { requestPage } from '../email/examples.ts'
import { smsText } from './index.ts'

const page = { ...requestPage, person: { ...requestPage.person, language: 'en' as const } }

test('a page says what it is, how to answer, and where to read on', () => {
  expect(smsText(page)).toMatch(/Reply 1 to accept, 2 to resolve, 3 to escalate \(or 1 #\d+\)\. https?:\/\/\S+$/)
  expect(smsText(page).endsWith(page.alertUrl)).toBe(true)
  const german = { ...page, person: { ...page.person, language: 'de' as const } }
  expect(smsText(german)).toMatch(/Antwort: 1 annehmen, 2 gelöst, 3 eskalieren/)
})

test('news of an alert asks for no answer, and leads to it all the same', () => {
  const news = smsText({ ...page, answers: [], update: 'Tom accepted it', text: 'Tom accepted it' })
  expect(news).not.toMatch(/Reply/)
  expect(news.endsWith(page.alertUrl)).toBe(true)
})
