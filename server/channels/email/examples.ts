import type { PageMessage } from '../contract.ts'

/** A page about a 4me request, as the notifications station hands it over. */
export const requestPage: PageMessage = {
  kind: 'page',
  id: '5d0a5f4e-3b1a-4d0e-9a34-0d1f3c8f0a11',
  target: 'ann@example.test',
  person: { firstName: 'Ann', language: 'en' },
  priority: 'HIGH',
  title: 'Alert 12: Mail is down',
  text: 'high priority · 4me production · level 1, round 1',
  spoken: 'Tocsin. Alert 12: Mail is down. high priority. Press 1 to accept, 2 to resolve, 3 to escalate.',
  answers: [
    { verb: 'accept', label: 'Accept', url: 'https://tocsin.example.test/answer/abc?do=accept' },
    { verb: 'resolve', label: 'Resolve', url: 'https://tocsin.example.test/answer/abc?do=resolve' },
    { verb: 'escalate', label: 'Escalate', url: 'https://tocsin.example.test/answer/abc?do=escalate' },
  ],
  token: 'XQpfTjsaTQ6aNA0fPI8KEaaaaaaaaaaaaaaaaaaaaaa',
  callbackUrl: 'https://tocsin.example.test/callbacks/message/XQpfTjsaTQ6aNA0fPI8KEaaaaaaaaaaaaaaaaaaaaaa',
  thread: 'alert-12',
  url: 'https://tocsin.example.test/alerts/12',
  alert: {
    id: 12,
    summary: 'Mail is down',
    details: 'Nobody gets mail since three.\nWebmail shows an error.',
    priority: 'HIGH',
    severity: 1,
    sourceName: '4me production',
    reportTime: new Date('2026-11-24T03:12:00Z'),
    labels: { person: 'Howard Tanner', team: 'Service Desk', impact: 'top', requester: 'Rob Field', service: 'Mail' },
    links: [{ href: 'https://acme.4me.com/requests/70470', text: 'Request 70470 in 4me' }],
  },
  round: 1,
  levelIndex: 0,
  isLastResort: false,
  isByHand: false,
  update: null,
  alertUrl: 'https://tocsin.example.test/alerts/12',
  acceptUrl: 'https://tocsin.example.test/answer/abc/accept',
  resolveUrl: 'https://tocsin.example.test/answer/abc/resolve',
}

/** Pages and what they say. */
export const examples: { name: string; message: PageMessage; subject: string; text: string }[] = [
  {
    name: 'a page in English',
    message: requestPage,
    subject: 'Alert 12: Mail is down',
    text: `Mail is down

Ann, you are on call: level 1, round 1.

Accept: https://tocsin.example.test/answer/abc/accept
Resolve: https://tocsin.example.test/answer/abc/resolve
Open the alert: https://tocsin.example.test/alerts/12

  Priority: high, severity 1
  Source: 4me production
  Reported: 24 Nov 2026, 03:12 UTC
  Impact: top
  Requester: Rob Field
  Service: Mail
  Team: Service Desk
  Changed by: Howard Tanner

> Nobody gets mail since three.
> Webmail shows an error.

  Request 70470 in 4me: https://acme.4me.com/requests/70470

-- 
Opening a link changes nothing: the page asks first. Accept stops the escalation for everybody.
`,
  },
  {
    name: 'a page in German, with little to say',
    message: {
      ...requestPage,
      person: { firstName: 'Änne', language: 'de' },
      alert: { ...requestPage.alert, details: '', severity: null, priority: 'LOW', labels: {}, links: [] },
      levelIndex: 1,
      isLastResort: false,
      round: 2,
    },
    subject: 'Alarm 12: Mail is down',
    text: `Mail is down

Änne, Sie haben Bereitschaft: Stufe 2, Runde 2.

Annehmen: https://tocsin.example.test/answer/abc/accept
Als gelöst melden: https://tocsin.example.test/answer/abc/resolve
Alarm öffnen: https://tocsin.example.test/alerts/12

  Priorität: niedrig
  Quelle: 4me production
  Gemeldet: 24.11.2026, 03:12 UTC

-- 
Ein Link allein ändert nichts: die Seite fragt erst. Annehmen hält die Eskalation für alle an.
`,
  },
  {
    name: 'an update for who follows the alert: nothing to answer',
    message: {
      ...requestPage,
      alert: { ...requestPage.alert, details: '', labels: {}, links: [] },
      levelIndex: -3,
      update: 'Accepted by Tom Then in the web app',
    },
    subject: 'Alert 12: Mail is down (update)',
    text: `Mail is down

Accepted by Tom Then in the web app

Open the alert: https://tocsin.example.test/alerts/12

  Priority: high, severity 1
  Source: 4me production
  Reported: 24 Nov 2026, 03:12 UTC

-- 
You follow this alert. To stop these mails, open it and unsubscribe.
`,
  },
  {
    name: 'a page by hand',
    message: {
      ...requestPage,
      alert: { ...requestPage.alert, details: '', labels: {}, links: [] },
      levelIndex: -2,
      isByHand: true,
    },
    subject: 'Alert 12: Mail is down',
    text: `Mail is down

Ann, you were asked to help with this alert.

Accept: https://tocsin.example.test/answer/abc/accept
Resolve: https://tocsin.example.test/answer/abc/resolve
Open the alert: https://tocsin.example.test/alerts/12

  Priority: high, severity 1
  Source: 4me production
  Reported: 24 Nov 2026, 03:12 UTC

-- 
Opening a link changes nothing: the page asks first. Accept stops the escalation for everybody.
`,
  },
]
