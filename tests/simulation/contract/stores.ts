import { readdirSync } from 'node:fs'
import path from 'node:path'

type Exports = Record<string, unknown>

/** Rooms whose store has a twin, by the names that the calls have for them. */
const ROOMS: Record<string, string> = {
  access: 'access',
  answers: 'answers',
  removals: 'removals',
  sourceKeys: 'alert-sources/keys',
  savedViews: 'alerts/saved-views',
  deliveries: 'intake/deliveries',
  refusals: 'intake/refusals',
  answerPage: 'notifications/answer-page',
  feeds: 'oncall/feeds',
  trials: 'simulation',
  status: 'status',
  sources: 'alert-sources',
  sourceRules: 'alert-sources/rules',
  verifications: 'alert-sources/verifications',
  alertActions: 'alert-actions',
  connectors: 'alert-actions/connectors',
  runs: 'alert-actions/runs',
  alerts: 'alerts',
  comments: 'alerts/comments',
  timers: 'alerts/timers',
  verbs: 'alerts/verbs',
  audit: 'audit',
  directory: 'directory',
  reminders: 'duties/reminders',
  requests: 'duties/requests',
  policies: 'escalation/policies',
  turns: 'escalation/people',
  escalation: 'escalation',
  heartbeats: 'heartbeats',
  lookups: 'intake/lookups',
  readings: 'intake/readings',
  intake: 'intake',
  maintenance: 'maintenance',
  channels: 'notifications/channels',
  contacts: 'notifications/contacts',
  lastResort: 'notifications/last-resort',
  notices: 'notifications/notices',
  reach: 'notifications/reach',
  receipts: 'notifications/receipts',
  rules: 'notifications/rules',
  subscribers: 'notifications/subscribers',
  notifications: 'notifications',
  oncall: 'oncall',
  hours: 'oncall/support-hours',
  reconciliation: 'reconciliation',
  targets: 'targets',
  timeline: 'timeline',
  trace: 'trace',
  alarms: 'watch/alarms',
  auditor: 'watch/auditor',
  marks: 'watch/marks',
  writeback: 'writeback',
}

const TWINS = path.resolve(import.meta.dirname, '..', 'twins')
const SERVER = path.resolve(import.meta.dirname, '..', '..', '..', 'server')

/** Every store that has a twin, and the twin. */
export const stores: Record<string, { real: Exports; twin: Exports }> = Object.fromEntries(
  await Promise.all(
    Object.entries(ROOMS).map(async ([name, room]) => {
      const real = (await import(path.join(SERVER, room, 'store.ts'))) as Exports
      const twin = (await import(path.join(TWINS, room, 'store.ts'))) as Exports
      return [name, { real, twin }] as const
    }),
  ),
)

/** Twins that no name stands for. */
export const unnamed: string[] = readdirSync(TWINS, { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'store.ts')
  .map((file) => path.dirname(file))
  .filter((room) => !Object.values(ROOMS).includes(room))

/** Functions that a twin has of its own, as `store.name`; what it passes on from the store itself needs no comparison. */
export const twinned: string[] = Object.entries(stores).flatMap(([store, { real, twin }]) =>
  Object.keys(twin).flatMap((name) => (twin[name] === real[name] || !(name in real) ? [] : [`${store}.${name}`])),
)
