/** What a page says in one language. */
export interface Words {
  alert: string
  accept: string
  resolve: string
  open: string
  priority: string
  priorities: Record<'HIGH' | 'LOW', string>
  severity: string
  source: string
  reported: string
  labels: Record<string, string>
  footer: string
  update: string
  updateFooter: string
  greeting(firstName: string, level: number, round: number): string
  lastResort(firstName: string): string
  byHand(firstName: string): string
  instant(at: Date): string
}

// The reader's time zone is not known here: UTC, and said so.
const inUtc = (locale: string) => {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return (at: Date) => `${format.format(at)} UTC`
}

const english: Words = {
  alert: 'Alert',
  accept: 'Accept',
  resolve: 'Resolve',
  open: 'Open the alert',
  priority: 'Priority',
  priorities: { HIGH: 'high', LOW: 'low' },
  severity: 'severity',
  source: 'Source',
  reported: 'Reported',
  labels: {
    impact: 'Impact',
    requester: 'Requester',
    service: 'Service',
    team: 'Team',
    member: 'Member',
    status: 'Status',
    category: 'Category',
    target: 'Target',
    manager: 'Manager',
    person: 'Changed by',
  },
  footer: 'Opening a link changes nothing: the page asks first. Accept stops the escalation for everybody.',
  update: 'update',
  updateFooter: 'You follow this alert. To stop these mails, open it and unsubscribe.',
  byHand: (name) => `${name === '' ? 'You were' : `${name}, you were`} asked to help with this alert.`,
  greeting: (name, level, round) =>
    `${name === '' ? 'You' : `${name}, you`} are on call: level ${level}, round ${round}.`,
  lastResort: (name) =>
    `${name === '' ? 'You' : `${name}, you`} are the last resort: nobody else could be reached, or nobody answered.`,
  instant: inUtc('en-GB'),
}

const german: Words = {
  alert: 'Alarm',
  accept: 'Annehmen',
  resolve: 'Als gelöst melden',
  open: 'Alarm öffnen',
  priority: 'Priorität',
  priorities: { HIGH: 'hoch', LOW: 'niedrig' },
  severity: 'Schweregrad',
  source: 'Quelle',
  reported: 'Gemeldet',
  labels: {
    impact: 'Auswirkung',
    requester: 'Anfrage von',
    service: 'Service',
    team: 'Team',
    member: 'Mitglied',
    status: 'Status',
    category: 'Kategorie',
    target: 'Ziel',
    manager: 'Verantwortlich',
    person: 'Geändert von',
  },
  footer: 'Ein Link allein ändert nichts: die Seite fragt erst. Annehmen hält die Eskalation für alle an.',
  update: 'Neuigkeit',
  updateFooter: 'Sie folgen diesem Alarm. Abbestellen können Sie auf seiner Seite.',
  byHand: (name) => `${name === '' ? 'Sie wurden' : `${name}, Sie wurden`} gebeten, bei diesem Alarm zu helfen.`,
  greeting: (name, level, round) =>
    `${name === '' ? 'Sie haben' : `${name}, Sie haben`} Bereitschaft: Stufe ${level}, Runde ${round}.`,
  lastResort: (name) =>
    `${name === '' ? 'Sie sind' : `${name}, Sie sind`} die letzte Instanz: niemand sonst war erreichbar, oder niemand hat geantwortet.`,
  instant: inUtc('de-DE'),
}

/** The words of a language. */
export function wordsOf(language: 'en' | 'de'): Words {
  return language === 'de' ? german : english
}
