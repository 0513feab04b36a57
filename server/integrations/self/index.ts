import type { Integration } from '../contract.ts'
import { examples } from './examples.ts'
import { receive } from './receive.ts'

/** Tocsin as a source of its own: what is wrong with it becomes an alert like any other. Nobody creates it, and it has no key. */
export const self: Integration = {
  type: 'SELF',
  slug: 'self',
  title: 'Tocsin itself',
  monogram: 'TO',
  summary: 'Alerts about this installation: nobody could be reached, something was damaged, something is late.',
  keywords: [],
  featured: false,
  isOwn: true,
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
