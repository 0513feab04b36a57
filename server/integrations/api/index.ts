import type { Integration } from '../contract.ts'
import { examples } from './examples.ts'
import { receive } from './receive.ts'

/** Our own event API, for everything that can send an HTTP request. */
export const api: Integration = {
  type: 'API',
  slug: 'api',
  title: 'API',
  monogram: 'AP',
  summary: 'Open, accept and resolve alerts with one HTTP request.',
  keywords: ['rest', 'http', 'webhook', 'curl', 'events', 'script'],
  featured: true,
  features: [
    { name: 'Alert acknowledgement', supported: true },
    { name: 'Alert resolution', supported: true },
    { name: 'Alert templates', supported: true },
    { name: 'Backlinks', supported: true },
    { name: 'Bi-directional', supported: false },
    { name: 'Comments', supported: true },
    { name: 'Dynamic escalation policy routing', supported: true },
    { name: 'Images', supported: true },
    { name: 'Priority mapping', supported: true },
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
