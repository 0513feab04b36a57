import type { Integration } from '../contract.ts'
import { examples } from './examples.ts'
import { receive } from './receive.ts'

/** The source of heartbeat monitors: who falls silent becomes an alert. Monitors have keys; the source has none. */
export const heartbeat: Integration = {
  type: 'HEARTBEAT2',
  slug: 'heartbeat',
  title: 'Heartbeat',
  monogram: 'HB',
  summary: 'Alerts when a backup, a cron job or a machine does not report in time.',
  keywords: ['cron', 'dead man', 'ping', 'silence', 'backup'],
  featured: true,
  isKeyless: true,
  features: [
    { name: 'Alert acknowledgement', supported: false },
    { name: 'Alert resolution', supported: true },
    { name: 'Alert templates', supported: false },
    { name: 'Backlinks', supported: false },
    { name: 'Bi-directional', supported: false },
    { name: 'Comments', supported: false },
    { name: 'Dynamic escalation policy routing', supported: false },
    { name: 'Images', supported: false },
    { name: 'Priority mapping', supported: false },
  ],
  webhookEvents: [],
  tracksRecords: false,
  settingsTitle: null,
  settings: null,
  secrets: [],
  secretsBelongTo: [],
  receive,
  examples,
}
