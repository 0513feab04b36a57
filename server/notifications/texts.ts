import { oneLine } from '../runtime/text.ts'

export type Language = 'en' | 'de'

const SUMMARY_LENGTH_MAX = 200
const SPOKEN_LENGTH_MAX = 300

interface Texts {
  alert: string
  accept: string
  resolve: string
  escalate: string
  priorities: Record<'HIGH' | 'LOW', string>
  level(level: number, round: number): string
  lastResort: string
  keypad: string
  code(code: string): { title: string; text: string; spoken: string }
  test(name: string): { title: string; text: string }
  broken(target: string, reason: string, whose: string | null): { title: string; text: string }
  updates: Record<'ALERT_ACCEPTED' | 'ALERT_RESOLVED' | 'ALERT_ESCALATED', (id: number, by: string) => string>
  summary(count: number, waiting: number, source: string): { title: string; text: string }
  digest(count: number): { title: string; text: string }
  coverage: Record<'ASKED' | 'ACCEPTED' | 'DECLINED' | 'WITHDRAWN', (by: string, schedule: string) => string>
  invitation(inviter: string | null, url: string): { title: string; text: string }
  /** `minutes` until the shift begins; 0 or less: it has begun. */
  reminder(schedule: string, minutes: number): string
  span(start: string, end: string, zone: string): string
}

const english: Texts = {
  alert: 'Alert',
  accept: 'Accept',
  resolve: 'Resolve',
  escalate: 'Escalate',
  priorities: { HIGH: 'high priority', LOW: 'low priority' },
  level: (level, round) => `level ${level}, round ${round}`,
  lastResort: 'You are the last resort: nobody else could be reached, or nobody answered.',
  keypad: 'Press 1 to accept, 2 to resolve, 3 to escalate.',
  code: (code) => ({
    title: `Tocsin: ${code} is your code`,
    text: `Enter ${code} in Tocsin to use this contact. If you asked for no code, ignore this.`,
    spoken: `Your Tocsin code is ${[...code].join(', ')}. Again: ${[...code].join(', ')}.`,
  }),
  test: (name) => ({
    title: 'Tocsin: test notification',
    text: `${name === '' ? 'This' : `${name}, this`} is a test. Alerts reach you here.`,
  }),
  broken: (target, reason, whose) => ({
    title: whose === null ? 'Tocsin: a contact of yours is broken' : `Tocsin: a contact of ${whose} is broken`,
    text: `Nothing reaches ${target} any more: ${reason} It is not used until it is verified again.`,
  }),
  updates: {
    ALERT_ACCEPTED: (id, by) => `Alert ${id} was accepted by ${by}`,
    ALERT_RESOLVED: (id, by) => `Alert ${id} was resolved by ${by}`,
    ALERT_ESCALATED: (id, by) => `Alert ${id} was escalated: ${by}`,
  },
  summary: (count, waiting, source) => ({
    title: `${count} more ${count === 1 ? 'alert' : 'alerts'} from ${source}`,
    text: `${waiting} of them ${waiting === 1 ? 'waits' : 'wait'} for an answer.`,
  }),
  digest: (count) => ({
    title: `${count} low-priority ${count === 1 ? 'alert' : 'alerts'} came in your quiet hours`,
    text: 'They wait for an answer.',
  }),
  coverage: {
    ASKED: (by, schedule) => `${by} asks you to take a shift on ${schedule}`,
    ACCEPTED: (by, schedule) => `${by} takes your shift on ${schedule}`,
    DECLINED: (by, schedule) => `${by} cannot take your shift on ${schedule}`,
    WITHDRAWN: (by, schedule) => `${by} needs nobody any more for the shift on ${schedule}`,
  },
  invitation: (inviter, url) => ({
    title: `${inviter ?? 'Somebody'} invites you to Tocsin`,
    text: `Choose a password, and you can sign in. The link works once, for a week: ${url}`,
  }),
  reminder: (schedule, minutes) =>
    minutes > 0 ? `You are on call in ${lengthText(minutes, 'en')}: ${schedule}` : `You are on call now: ${schedule}`,
  span: (start, end, zone) => `${start} to ${end} (${zone})`,
}

const german: Texts = {
  alert: 'Alarm',
  accept: 'Annehmen',
  resolve: 'Gelöst',
  escalate: 'Eskalieren',
  priorities: { HIGH: 'hohe Priorität', LOW: 'niedrige Priorität' },
  level: (level, round) => `Stufe ${level}, Runde ${round}`,
  lastResort: 'Sie sind die letzte Instanz: niemand sonst war erreichbar, oder niemand hat geantwortet.',
  keypad: 'Drücken Sie 1 zum Annehmen, 2 für gelöst, 3 zum Eskalieren.',
  code: (code) => ({
    title: `Tocsin: Ihr Code ist ${code}`,
    text: `Geben Sie ${code} in Tocsin ein, um diesen Kontakt zu nutzen. Wenn Sie keinen Code angefordert haben, ist nichts zu tun.`,
    spoken: `Ihr Tocsin-Code lautet ${[...code].join(', ')}. Noch einmal: ${[...code].join(', ')}.`,
  }),
  test: (name) => ({
    title: 'Tocsin: Testnachricht',
    text: `${name === '' ? 'Dies' : `${name}, dies`} ist ein Test. Alarme erreichen Sie hier.`,
  }),
  broken: (target, reason, whose) => ({
    title:
      whose === null ? 'Tocsin: ein Kontakt von Ihnen ist gestört' : `Tocsin: ein Kontakt von ${whose} ist gestört`,
    text: `${target} ist nicht mehr erreichbar: ${reason} Der Kontakt wird erst wieder genutzt, wenn er neu bestätigt ist.`,
  }),
  updates: {
    ALERT_ACCEPTED: (id, by) => `Alarm ${id} wurde angenommen von ${by}`,
    ALERT_RESOLVED: (id, by) => `Alarm ${id} wurde gelöst von ${by}`,
    ALERT_ESCALATED: (id, by) => `Alarm ${id} wurde eskaliert: ${by}`,
  },
  summary: (count, waiting, source) => ({
    title: `${count} weitere ${count === 1 ? 'Alarm' : 'Alarme'} von ${source}`,
    text: waiting === 1 ? 'Einer davon wartet auf eine Antwort.' : `${waiting} davon warten auf eine Antwort.`,
  }),
  digest: (count) => ({
    title: `${count} ${count === 1 ? 'Alarm' : 'Alarme'} niedriger Priorität während Ihrer Ruhezeit`,
    text: 'Sie warten auf eine Antwort.',
  }),
  coverage: {
    ASKED: (by, schedule) => `${by} bittet Sie, eine Schicht zu übernehmen: ${schedule}`,
    ACCEPTED: (by, schedule) => `${by} übernimmt Ihre Schicht: ${schedule}`,
    DECLINED: (by, schedule) => `${by} kann Ihre Schicht nicht übernehmen: ${schedule}`,
    WITHDRAWN: (by, schedule) => `${by} braucht niemanden mehr für die Schicht: ${schedule}`,
  },
  invitation: (inviter, url) => ({
    title: `${inviter ?? 'Jemand'} lädt Sie zu Tocsin ein`,
    text: `Wählen Sie ein Passwort, dann können Sie sich anmelden. Der Link gilt einmal und eine Woche lang: ${url}`,
  }),
  reminder: (schedule, minutes) =>
    minutes > 0
      ? `Sie haben in ${lengthText(minutes, 'de')} Bereitschaft: ${schedule}`
      : `Sie haben jetzt Bereitschaft: ${schedule}`,
  span: (start, end, zone) => `${start} bis ${end} (${zone})`,
}

function lengthText(minutes: number, language: Language): string {
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  const unit = language === 'de' ? 'Std.' : 'h'
  return rest === 0 ? `${hours} ${unit}` : `${hours} ${unit} ${rest} min`
}

/** The words of a language. */
export function textsOf(language: Language): Texts {
  return language === 'de' ? german : english
}

/** What a page says on channels that show little: a title, a few lines, and what a voice says. */
export function pageTexts(
  page: {
    id: number
    summary: string
    priority: 'HIGH' | 'LOW'
    sourceName: string
    round: number
    levelIndex: number
    isLastResort: boolean
  },
  language: Language,
): { title: string; text: string; spoken: string } {
  const texts = textsOf(language)
  const summary = oneLine(page.summary, SUMMARY_LENGTH_MAX)
  const where = page.isLastResort ? texts.lastResort : texts.level(page.levelIndex + 1, page.round)
  const title = `${texts.alert} ${page.id}: ${summary}`
  const facts = `${texts.priorities[page.priority]} · ${oneLine(page.sourceName, 80)}`
  return {
    title,
    text: `${facts} · ${where}`,
    spoken: `Tocsin. ${oneLine(`${title}. ${texts.priorities[page.priority]}.`, SPOKEN_LENGTH_MAX)} ${texts.keypad}`,
  }
}
