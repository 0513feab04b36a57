import type { Integration } from '../contract.ts'
import { callbackExpiresAt, callbackRefusal } from './callback.ts'
import { examples } from './examples.ts'
import { listOpen } from './list-open.ts'
import { lookUp } from './look-up.ts'
import { RECONCILE_MINUTES } from './options.ts'
import { eventOf, filterRefusal, requestOf, stateOf, targetOf } from './reading.ts'
import { receive } from './receive.ts'
import { FourmeSettings } from './settings.ts'
import { admit, signingOf } from './signed.ts'
import { testConnection } from './test-connection.ts'
import { wantsDeed, writeDeeds } from './write-back.ts'

/** 4me, now called Xurrent: requests and problems become alerts. */
export const fourme: Integration = {
  type: 'FOURME',
  slug: '4me',
  title: '4me (Xurrent)',
  monogram: '4m',
  summary: 'Requests and problems become alerts, and close them again.',
  keywords: ['xurrent', '4me', 'itsm'],
  featured: true,
  features: [
    { name: 'Alert acknowledgement', supported: true },
    { name: 'Alert resolution', supported: true },
    { name: 'Alert templates', supported: true },
    { name: 'Backlinks', supported: true },
    { name: 'Bi-directional', supported: true },
    { name: 'Comments', supported: true },
    { name: 'Dynamic escalation policy routing', supported: true },
    { name: 'Images', supported: false },
    { name: 'Priority mapping', supported: true },
  ],
  webhookEvents: ['request.create', 'request.update', 'problem.create', 'problem.update'],
  tracksRecords: true,
  settingsTitle: '4me settings',
  settings: FourmeSettings,
  secrets: ['authToken'],
  secretsBelongTo: ['region', 'apiUrl'],
  receive: (delivery, settings) => receive(delivery, FourmeSettings.safeParse(settings).data ?? null),
  lookUp: (request, settings, outbound, signal) => lookUp(request, FourmeSettings.parse(settings), outbound, signal),
  callbackRefusal: (callback, settings, now) => callbackRefusal(callback, FourmeSettings.parse(settings), now),
  callbackExpiresAt,
  testConnection: (settings, outbound, signal) => testConnection(FourmeSettings.parse(settings), outbound, signal),
  filterRefusal: (reading, settings) => filterRefusal(reading, FourmeSettings.parse(settings)),
  stateOf: (reading, settings) => stateOf(reading, FourmeSettings.parse(settings)),
  eventOf: (reading, settings) => eventOf(reading, FourmeSettings.parse(settings)),
  targetOf: (reading, settings) => targetOf(reading, FourmeSettings.parse(settings)),
  lookUpOf: requestOf,
  mustAdmit: (settings) => signingOf(settings) !== null,
  admit: async (body, settings, outbound, now) => {
    const signing = signingOf(settings)
    return signing ? admit(body, signing, outbound, now) : { kind: 'admitted', mark: 'unsigned' }
  },
  wantsDeed,
  write: (alertKey, deeds, settings, outbound, isRepeat) =>
    writeDeeds(alertKey, deeds, FourmeSettings.parse(settings), outbound, isRepeat),
  listOpen: (settings, outbound) => listOpen(FourmeSettings.parse(settings), outbound),
  reconcileMinutes: (settings) =>
    typeof settings.reconcileMinutes === 'number' ? settings.reconcileMinutes : RECONCILE_MINUTES,
  examples,
}
