import { oneLine } from '../../runtime/text.ts'
import type { Language } from '../texts.ts'
import { textsOf } from '../texts.ts'

const MESSAGE_LENGTH_MAX = 500
const MINUTE_MS = 60_000

/** What a message about a request to take a shift says, in the zone of who reads it. */
export function coverageWords(facts: Record<string, unknown>, language: Language): { title: string; text: string } {
  const texts = textsOf(language)
  const what = facts.what as keyof typeof texts.coverage
  const message = oneLine(String(facts.message), MESSAGE_LENGTH_MAX)
  return {
    title: texts.coverage[what](String(facts.by), String(facts.schedule)),
    text: [spanText(facts, language), ...(message === '' ? [] : [message])].join('\n'),
  }
}

/** What a reminder before a shift says; how long it still is counts from the moment it is written. */
export function reminderWords(
  facts: Record<string, unknown>,
  language: Language,
  now: Date,
): { title: string; text: string } {
  const minutes = Math.round((Date.parse(String(facts.start)) - now.getTime()) / MINUTE_MS)
  return {
    title: textsOf(language).reminder(String(facts.schedule), minutes),
    text: spanText(facts, language),
  }
}

function spanText(facts: Record<string, unknown>, language: Language): string {
  const zone = String(facts.timezone)
  const format = new Intl.DateTimeFormat(language === 'de' ? 'de-AT' : 'en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  const at = (value: unknown) => format.format(new Date(String(value)))
  return textsOf(language).span(at(facts.start), at(facts.end), zone)
}
