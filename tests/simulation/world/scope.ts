/** What is simulated, for `--help`; the README says more. */
export const INSIDE = [
  'the door and its shared commits, intake, look-ups, verifications',
  'alerts: grouping, priority, reopening, accept, resolve, auto-resolution, accept timeouts',
  'escalation over people, teams and schedules, last resort',
  'notifications with rules, second ways, receipts, bundles, quiet hours; notices',
  'heartbeats, the auditor, alarms about ourselves, the trace',
  'write-back to a 4me that remembers, with its echo',
  'alert actions that call a place outside, with their delays; reminders of shifts',
]
export const OUTSIDE = [
  'reconciliation and targets: their twins are compared, and their stations find nothing to do',
  'conditions, connectors, chats and buttons of alert actions; requests to take a shift: their twins are compared',
  'maintenance windows, support hours and the rules of a source',
  'what people do by hand beside accept and resolve: merging, handing on, comments, subscribing',
  'HTTP, the web app, real channels, migrations',
]
