import type { Integration, Received } from '../contract.ts'

/** Alerts that people make: nothing ever arrives here. */
function receive(): Received {
  return { kind: 'ignore', name: null, alertKey: null, rule: 'made-by-hand', reason: 'Nobody sends to this source.' }
}

/** The source of alerts that people open in Tocsin. Nobody creates it, and it has no key. */
export const manual: Integration = {
  type: 'MANUAL',
  slug: 'manual',
  title: 'Made by hand',
  monogram: 'MH',
  summary: 'Alerts that people open in Tocsin and that belong to no connection.',
  keywords: [],
  featured: false,
  isOwn: true,
  features: [
    { name: 'Alert acknowledgement', supported: false },
    { name: 'Alert resolution', supported: false },
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
  examples: [
    {
      name: 'whatever arrives',
      delivery: { headers: {}, body: '{}' },
      received: receive(),
    },
  ],
}
