import { oneLine, plainText } from '../../runtime/text.ts'
import type { NoticeMessage, PageMessage } from '../contract.ts'
import { type Words, wordsOf } from './words.ts'

export interface RenderedMail {
  subject: string
  text: string
  html: string
}

const SUBJECT_LENGTH_MAX = 160
const SUMMARY_LENGTH_MAX = 500
const DETAILS_LENGTH_MAX = 2_000
const FACT_LENGTH_MAX = 200
const FACTS_MAX = 14
const LINKS_MAX = 5
/** Labels people look for first; the others follow in the order they came. */
const LABELS_FIRST = ['impact', 'requester', 'service', 'team', 'member', 'status', 'category', 'target']

/** A page as an e-mail. Pure; outside text stays text, in the subject, in the text and in the markup. */
export function renderMail(message: PageMessage): RenderedMail {
  const words = wordsOf(message.person.language)
  const page = pageOf(message, words)
  return { subject: page.subject, text: textOf(page), html: htmlOf(page, message.person.language) }
}

/** A code, a test or an update as an e-mail. */
export function renderNotice(message: NoticeMessage): RenderedMail {
  const title = oneLine(message.title, SUBJECT_LENGTH_MAX)
  const text = plainText(message.text, DETAILS_LENGTH_MAX)
  return {
    subject: title,
    text: `${title}\n\n${text}\n\nTocsin: ${message.url}\n`,
    html: `<!doctype html>
<html lang="${message.person.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>:root{color-scheme:light dark}</style>
</head>
<body style="margin:0;padding:0">
<div style="max-width:560px;padding:24px 20px;font:15px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<h1 style="margin:0 0 12px;font-size:20px;line-height:1.3;overflow-wrap:anywhere">${escaped(title)}</h1>
<p style="margin:0 0 20px;white-space:pre-wrap">${escaped(text)}</p>
<p style="margin:0"><a href="${escaped(message.url)}" style="color:inherit">Tocsin</a></p>
</div>
</body>
</html>
`,
  }
}

interface Page {
  subject: string
  summary: string
  greeting: string
  facts: [string, string][]
  details: string
  footer: string
  answers: { name: 'accept' | 'resolve' | 'open'; text: string; href: string }[]
  links: { text: string; href: string }[]
}

function pageOf(message: PageMessage, words: Words): Page {
  const { alert } = message
  const summary = oneLine(alert.summary, SUMMARY_LENGTH_MAX)
  return {
    subject: oneLine(
      message.update === null
        ? `${words.alert} ${alert.id}: ${summary}`
        : `${words.alert} ${alert.id}: ${summary} (${words.update})`,
      SUBJECT_LENGTH_MAX,
    ),
    summary,
    greeting: greetingOf(message, words),
    facts: factsOf(message, words),
    details: plainText(alert.details, DETAILS_LENGTH_MAX),
    answers: [
      ...(message.update === null
        ? [
            { name: 'accept' as const, text: words.accept, href: message.acceptUrl },
            { name: 'resolve' as const, text: words.resolve, href: message.resolveUrl },
          ]
        : []),
      { name: 'open', text: words.open, href: message.alertUrl },
    ],
    footer: message.update === null ? words.footer : words.updateFooter,
    links: alert.links
      .filter((link) => /^https?:\/\/[^\s<>"]+$/.test(link.href))
      .slice(0, LINKS_MAX)
      .map((link) => ({ text: oneLine(link.text || link.href, FACT_LENGTH_MAX), href: link.href })),
  }
}

function greetingOf(message: PageMessage, words: Words): string {
  const name = oneLine(message.person.firstName, 60)
  if (message.update !== null) return oneLine(message.update, SUMMARY_LENGTH_MAX)
  if (message.isByHand) return words.byHand(name)
  return message.isLastResort ? words.lastResort(name) : words.greeting(name, message.levelIndex + 1, message.round)
}

function factsOf({ alert }: PageMessage, words: Words): [string, string][] {
  const severity = alert.severity === null ? '' : `, ${words.severity} ${alert.severity}`
  const names = [
    ...LABELS_FIRST.filter((name) => Object.hasOwn(alert.labels, name)),
    ...Object.keys(alert.labels).filter((name) => !LABELS_FIRST.includes(name)),
  ]
  const labels = names.map((name): [string, string] => [
    Object.hasOwn(words.labels, name) ? (words.labels[name] ?? name) : oneLine(name, 60),
    factText(alert.labels[name] ?? '', words),
  ])
  const facts: [string, string][] = [
    [words.priority, `${words.priorities[alert.priority]}${severity}`],
    [words.source, oneLine(alert.sourceName, FACT_LENGTH_MAX)],
    [words.reported, words.instant(alert.reportTime)],
    ...labels,
  ]
  return facts.filter(([, value]) => value !== '').slice(0, FACTS_MAX)
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function factText(text: string, words: Words): string {
  const at = INSTANT.test(text) ? new Date(text) : null
  return at && !Number.isNaN(at.getTime()) ? words.instant(at) : oneLine(text, FACT_LENGTH_MAX)
}

function textOf(page: Page): string {
  // Quoted and indented, so that nothing from outside can pass for one of our own lines.
  const details = page.details === '' ? [] : [...page.details.split('\n').map((line) => `> ${line}`), '']
  return [
    page.summary,
    '',
    page.greeting,
    '',
    ...page.answers.map((answer) => `${answer.text}: ${answer.href}`),
    '',
    ...page.facts.map(([name, value]) => `  ${name}: ${value}`),
    '',
    ...details,
    ...page.links.map((link) => `  ${link.text}: ${link.href}`),
    ...(page.links.length > 0 ? [''] : []),
    '-- ',
    page.footer,
    '',
  ].join('\n')
}

const BUTTON =
  'display:inline-block;margin:0 8px 8px 0;padding:11px 20px;border-radius:8px;font-weight:600;text-decoration:none;'
const BUTTONS = {
  accept: `${BUTTON}background:#1d5fd1;color:#ffffff;border:1px solid #1d5fd1`,
  resolve: `${BUTTON}color:inherit;border:1px solid #808792`,
  open: 'display:inline-block;margin:0 0 8px 0;padding:11px 0;color:inherit',
}
const MUTED = 'opacity:0.72'

/** No backgrounds and no text colours but the first button's: light and dark are the reader's choice. */
function htmlOf(page: Page, language: string): string {
  const facts = page.facts.map(([name, value]) => `<span style="${MUTED}">${escaped(name)}:</span> ${escaped(value)}`)
  const links = page.links.map(
    (link) => `<a href="${escaped(link.href)}" style="color:inherit">${escaped(link.text)}</a>`,
  )
  const answers = page.answers.map(
    (answer) => `<a href="${escaped(answer.href)}" style="${BUTTONS[answer.name]}">${escaped(answer.text)}</a>`,
  )
  const details =
    page.details === ''
      ? ''
      : `<div style="margin:0 0 20px;padding:0 0 0 12px;border-left:3px solid #808792;white-space:pre-wrap">${escaped(page.details)}</div>`
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escaped(page.subject)}</title>
<style>:root{color-scheme:light dark}</style>
</head>
<body style="margin:0;padding:0">
<div style="display:none;max-height:0;overflow:hidden">${escaped(page.greeting)} ${escaped(page.facts.map(([, value]) => value).join(' · '))}</div>
<div style="max-width:560px;padding:24px 20px;font:15px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<h1 style="margin:0 0 6px;font-size:20px;line-height:1.3;overflow-wrap:anywhere">${escaped(page.summary)}</h1>
<p style="margin:0 0 20px;${MUTED}">${escaped(page.greeting)}</p>
<p style="margin:0 0 12px">${answers.join('\n')}</p>
<p style="margin:0 0 20px;overflow-wrap:anywhere">${facts.join('<br>\n')}</p>
${details}${links.length > 0 ? `<p style="margin:0 0 20px">${links.join('<br>\n')}</p>` : ''}
<p style="margin:0;font-size:13px;${MUTED}">${escaped(page.footer)}</p>
</div>
</body>
</html>
`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
