import { oneLine } from '../../runtime/text.ts'
import type { AnswerVerb } from '../answers.ts'
import { html, Markup } from './html.ts'
import { type Language, type Words, wordsOf } from './words.ts'

type Status = 'PENDING' | 'ACCEPTED' | 'RESOLVED'

/** What the page knows: whose link it is, and how the alert stands. */
export interface AnswerPage {
  language: Language
  alert: {
    id: number
    summary: string
    status: Status
    priority: 'HIGH' | 'LOW'
    sourceName: string
    /** Null when the alert is open, or no person answered it. */
    answeredBy: { id: number; name: string } | null
  }
  person: { id: number; name: string }
  /** The verb of the link, or of the button that was pressed. */
  verb: AnswerVerb
  /** What pressing the button did; null when nothing was pressed. */
  outcome: 'done' | 'already' | 'again' | 'no-verb' | null
}

const SUMMARY_LENGTH_MAX = 500
const NAME_LENGTH_MAX = 120

/** The page behind a mail's links. Pure; outside text stays text. */
export function renderAnswerPage(page: AnswerPage): string {
  const words = wordsOf(page.language)
  const { alert } = page
  const head = headOf(page, words)
  const summary = oneLine(alert.summary, SUMMARY_LENGTH_MAX)
  return documentOf(
    page.language,
    head.title,
    html`<p class="status" data-status="${alert.status}">${MARKS[alert.status]}<span>${words.statuses[alert.status]}</span></p>
<h1>${head.title}</h1>
<p class="text"${head.isNews ? new Markup(' role="status"') : ''}>${head.text}</p>
<section class="alert">
<h2>${summary}</h2>
<p>${words.alert} ${alert.id} · ${words.priorities[alert.priority]} · ${words.source} ${oneLine(alert.sourceName, NAME_LENGTH_MAX)}</p>
</section>
${buttonsOf(page, words)}
<p class="foot">${words.you(oneLine(page.person.name, NAME_LENGTH_MAX))} <a href="/alerts/${alert.id}">${words.open}</a></p>`,
  )
}

/** A page for a link that cannot be followed, or an answer that was not taken. */
export function renderRefusal(language: Language, kind: 'unknown' | 'crossSite' | 'failed'): string {
  const { title, text } = wordsOf(language)[kind]
  return documentOf(
    language,
    title,
    html`<h1>${title}</h1>
<p class="text">${text}</p>`,
  )
}

function headOf(page: AnswerPage, words: Words): { title: string; text: string; isNews: boolean } {
  const { alert, outcome, verb } = page
  if (outcome === 'done') return { ...words.doneNow[verb], isNews: true }
  if (outcome === 'again') return { ...words.again, isNews: true }
  if (outcome === 'no-verb') return { ...words.noVerb, isNews: true }
  if (alert.status === 'RESOLVED') return alreadyOf(page, 'resolve', words)
  if (alert.status === 'PENDING' && verb === 'escalate' && outcome === 'already')
    return alreadyOf(page, 'escalate', words)
  if (alert.status === 'ACCEPTED' && (verb !== 'resolve' || outcome === 'already')) {
    return alreadyOf(page, 'accept', words)
  }
  return { title: words.questions[verb], text: words.hint, isNews: false }
}

function alreadyOf({ alert, person, outcome }: AnswerPage, what: AnswerVerb, words: Words) {
  const { answeredBy } = alert
  const name = answeredBy && oneLine(answeredBy.name, NAME_LENGTH_MAX)
  const by = answeredBy?.id === person.id ? words.byYou : name
  return { title: words.already[what].title(by), text: words.already[what].text, isNews: outcome !== null }
}

/** The asked verb first and loud; what the alert's state no longer allows is not offered. */
function buttonsOf({ alert, verb, outcome }: AnswerPage, words: Words): Markup {
  const offered: AnswerVerb[] =
    alert.status === 'PENDING'
      ? [verb, ...(['accept', 'resolve', 'escalate'] as const).filter((one) => one !== verb)]
      : ['resolve']
  if (alert.status === 'RESOLVED' || outcome === 'again') return html``
  const buttons = offered.map((one) => {
    const look = one === verb && outcome === null ? 'primary' : 'secondary'
    return html`<button type="submit" name="do" value="${one}" class="${look}">${words.verbs[one]}</button>
`
  })
  // No action: the form comes back to the address of the link, token and all.
  return html`<form method="post">
${buttons}</form>`
}

function documentOf(language: Language, title: string, content: Markup): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<title>${title} – Tocsin</title>
<link rel="icon" href="/bell.svg" type="image/svg+xml">
<link rel="stylesheet" href="/answer/style.css">
</head>
<body>
<header>${BELL}<span>Tocsin</span></header>
<main>
${content}
</main>
</body>
</html>
`.text
}

const BELL = html`<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#4a55c8"/><path d="M16 6.5a1.6 1.6 0 0 1 1.6 1.6v.6c3.3.7 5.4 3.4 5.4 6.9v3.6l1.7 2.5c.4.6 0 1.3-.7 1.3H8c-.7 0-1.1-.7-.7-1.3L9 19.2v-3.6c0-3.5 2.1-6.2 5.4-6.9v-.6A1.6 1.6 0 0 1 16 6.5z" fill="#fff"/><path d="M13.4 24.3a2.7 2.7 0 0 0 5.2 0z" fill="#fff"/></svg>`

/** The web app's marks: a state by shape as well as colour. */
const MARKS: Record<Status, Markup> = {
  PENDING: html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1.6 15 14H1z" fill="currentColor" stroke="currentColor" stroke-linejoin="round"/><path class="hole" d="M8 6v4M8 11.9v.1" fill="none" stroke-width="1.6" stroke-linecap="round"/></svg>`,
  ACCEPTED: html`<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 4a4 4 0 0 1 0 8z" fill="currentColor"/></svg>`,
  RESOLVED: html`<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="m5.3 8.2 1.9 1.9 3.6-4" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
}
