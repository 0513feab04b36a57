import type { AnswerVerb } from '../notifications/answers.ts'
import type { Language } from '../notifications/texts.ts'

/** What is said in reply to an answer, on channels that show one line. */
export interface ReplyWords {
  done: Record<AnswerVerb, (id: number) => string>
  already: Record<'ACCEPTED' | 'RESOLVED' | 'PENDING', (id: number, by: string | null) => string>
  again(id: number): string
  commented(id: number): string
  unclear: string
  nothing: string
  stopped: string
  unknown: string
}

const english: ReplyWords = {
  done: {
    accept: (id) => `Alert ${id} is yours. Nobody else is asked.`,
    resolve: (id) => `Alert ${id} is resolved.`,
    escalate: (id) => `Alert ${id} goes to the next level.`,
  },
  already: {
    ACCEPTED: (id, by) => `Alert ${id} was already accepted${by === null ? '' : ` by ${by}`}. Nothing was changed.`,
    RESOLVED: (id, by) => `Alert ${id} was already resolved${by === null ? '' : ` by ${by}`}. Nothing was changed.`,
    PENDING: (id) => `Everybody was already asked about alert ${id}. Nothing was changed.`,
  },
  again: (id) =>
    `Alert ${id} was opened again since. Nothing was changed: answer the newest message, or open the alert.`,
  commented: (id) => `Noted on alert ${id}.`,
  unclear: 'Not understood. Reply 1 to accept, 2 to resolve, 3 to escalate, or: note and your words.',
  nothing: 'There is no alert you were asked about.',
  stopped: 'No more messages come here. Verify the contact again in Tocsin to undo this.',
  unknown: 'This contact is not known to Tocsin.',
}

const german: ReplyWords = {
  done: {
    accept: (id) => `Alarm ${id} gehört Ihnen. Niemand sonst wird gefragt.`,
    resolve: (id) => `Alarm ${id} ist gelöst.`,
    escalate: (id) => `Alarm ${id} geht an die nächste Stufe.`,
  },
  already: {
    ACCEPTED: (id, by) =>
      `Alarm ${id} wurde schon angenommen${by === null ? '' : ` von ${by}`}. Nichts wurde geändert.`,
    RESOLVED: (id, by) => `Alarm ${id} wurde schon gelöst${by === null ? '' : ` von ${by}`}. Nichts wurde geändert.`,
    PENDING: (id) => `Zu Alarm ${id} wurden schon alle gefragt. Nichts wurde geändert.`,
  },
  again: (id) =>
    `Alarm ${id} wurde seither wieder geöffnet. Nichts wurde geändert: antworten Sie auf die neueste Nachricht, oder öffnen Sie den Alarm.`,
  commented: (id) => `Bei Alarm ${id} vermerkt.`,
  unclear: 'Nicht verstanden. Antworten Sie 1 annehmen, 2 gelöst, 3 eskalieren, oder: Notiz und Ihre Worte.',
  nothing: 'Es gibt keinen Alarm, zu dem Sie gefragt wurden.',
  stopped:
    'Hierher kommen keine Nachrichten mehr. Bestätigen Sie den Kontakt in Tocsin neu, um das rückgängig zu machen.',
  unknown: 'Dieser Kontakt ist Tocsin nicht bekannt.',
}

/** The words of a language. */
export function replyWords(language: Language): ReplyWords {
  return language === 'de' ? german : english
}
