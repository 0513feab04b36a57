import type { AnswerVerb } from '../answers.ts'

export type Language = 'en' | 'de'

/** What the page behind a mail's links says in one language. */
export interface Words {
  alert: string
  verbs: Record<AnswerVerb, string>
  questions: Record<AnswerVerb, string>
  statuses: Record<'PENDING' | 'ACCEPTED' | 'RESOLVED', string>
  priorities: Record<'HIGH' | 'LOW', string>
  source: string
  you(name: string): string
  hint: string
  open: string
  doneNow: Record<AnswerVerb, { title: string; text: string }>
  already: Record<AnswerVerb, { title(by: string | null): string; text: string }>
  again: { title: string; text: string }
  byYou: string
  unknown: { title: string; text: string }
  crossSite: { title: string; text: string }
  noVerb: { title: string; text: string }
  failed: { title: string; text: string }
}

const english: Words = {
  alert: 'Alert',
  verbs: { accept: 'Accept', resolve: 'Resolve', escalate: 'Escalate' },
  questions: { accept: 'Accept this alert?', resolve: 'Resolve this alert?', escalate: 'Pass this alert on?' },
  statuses: { PENDING: 'Pending', ACCEPTED: 'Accepted', RESOLVED: 'Resolved' },
  priorities: { HIGH: 'High priority', LOW: 'Low priority' },
  source: 'from',
  you: (name) => `You answer as ${name}.`,
  hint: 'Nothing has changed yet. Accept: you take it, and nobody else is asked. Resolve: it is over. Escalate: the next level is asked now.',
  open: 'Open the alert',
  doneNow: {
    accept: { title: 'You accepted it', text: 'Nobody else is asked. Resolve it when it is over.' },
    resolve: { title: 'You resolved it', text: 'Nobody is asked any more.' },
    escalate: { title: 'You passed it on', text: 'The next level is asked now.' },
  },
  already: {
    accept: {
      title: (by) => (by === null ? 'Already accepted' : `Already accepted by ${by}`),
      text: 'Nobody else is asked.',
    },
    resolve: {
      title: (by) => (by === null ? 'Already resolved' : `Already resolved by ${by}`),
      text: 'Nothing was changed, and there is nothing left to do.',
    },
    escalate: {
      title: () => 'Everybody was already asked',
      text: 'Nothing was changed: there is no next level that could be asked now.',
    },
  },
  again: {
    title: 'The alert was opened again',
    text: 'This message was about an earlier time, so nothing was changed. Answer the newest message, or open the alert.',
  },
  byYou: 'you',
  unknown: {
    title: 'This link leads nowhere',
    text: 'It is not a link that Tocsin sent, or it was cut off on its way, or its person was removed. Open the alert from the web app instead.',
  },
  crossSite: {
    title: 'This came from another site',
    text: 'Nothing was changed. Open the link in your e-mail and press the button there.',
  },
  noVerb: {
    title: 'Nothing was changed',
    text: 'The answer was not one that is known. Press one of the buttons.',
  },
  failed: {
    title: 'That did not work',
    text: 'Tocsin could not do it just now, and your answer may not be stored. Go back and try again in a moment.',
  },
}

const german: Words = {
  alert: 'Alarm',
  verbs: { accept: 'Annehmen', resolve: 'Als gelöst melden', escalate: 'Eskalieren' },
  questions: {
    accept: 'Diesen Alarm annehmen?',
    resolve: 'Diesen Alarm als gelöst melden?',
    escalate: 'Diesen Alarm weitergeben?',
  },
  statuses: { PENDING: 'Unbeantwortet', ACCEPTED: 'Angenommen', RESOLVED: 'Gelöst' },
  priorities: { HIGH: 'Hohe Priorität', LOW: 'Niedrige Priorität' },
  source: 'von',
  you: (name) => `Sie antworten als ${name}.`,
  hint: 'Noch hat sich nichts geändert. Annehmen: Sie übernehmen, und niemand sonst wird gefragt. Als gelöst melden: es ist vorbei. Eskalieren: die nächste Stufe wird gleich gefragt.',
  open: 'Alarm öffnen',
  doneNow: {
    accept: {
      title: 'Sie haben angenommen',
      text: 'Niemand sonst wird gefragt. Melden Sie den Alarm als gelöst, wenn es vorbei ist.',
    },
    resolve: { title: 'Sie haben den Alarm als gelöst gemeldet', text: 'Niemand wird mehr gefragt.' },
    escalate: { title: 'Sie haben den Alarm weitergegeben', text: 'Die nächste Stufe wird jetzt gefragt.' },
  },
  already: {
    accept: {
      title: (by) => (by === null ? 'Schon angenommen' : `Schon angenommen von ${by}`),
      text: 'Niemand sonst wird gefragt.',
    },
    resolve: {
      title: (by) => (by === null ? 'Schon gelöst' : `Schon gelöst von ${by}`),
      text: 'Es wurde nichts geändert, und es ist nichts mehr zu tun.',
    },
    escalate: {
      title: () => 'Es wurden schon alle gefragt',
      text: 'Es wurde nichts geändert: es gibt keine nächste Stufe, die jetzt gefragt werden könnte.',
    },
  },
  again: {
    title: 'Der Alarm wurde wieder geöffnet',
    text: 'Diese Nachricht galt einem früheren Mal, darum wurde nichts geändert. Antworten Sie auf die neueste Nachricht, oder öffnen Sie den Alarm.',
  },
  byYou: 'Ihnen',
  unknown: {
    title: 'Dieser Link führt nirgendwohin',
    text: 'Er stammt nicht von Tocsin, wurde unterwegs abgeschnitten, oder seine Person wurde entfernt. Öffnen Sie den Alarm in der Web-App.',
  },
  crossSite: {
    title: 'Das kam von einer anderen Website',
    text: 'Es wurde nichts geändert. Öffnen Sie den Link in Ihrer E-Mail und drücken Sie dort den Knopf.',
  },
  noVerb: {
    title: 'Es wurde nichts geändert',
    text: 'Diese Antwort ist nicht bekannt. Drücken Sie einen der Knöpfe.',
  },
  failed: {
    title: 'Das hat nicht geklappt',
    text: 'Tocsin konnte es gerade nicht tun, und Ihre Antwort ist vielleicht nicht gespeichert. Gehen Sie zurück und versuchen Sie es gleich noch einmal.',
  },
}

/** The words of a language. */
export function wordsOf(language: Language): Words {
  return language === 'de' ? german : english
}

/** The first language a browser asks for, when nothing is known of the person. */
export function languageOf(acceptLanguage: string | undefined): Language {
  return /^\s*de\b/i.test(acceptLanguage ?? '') ? 'de' : 'en'
}
