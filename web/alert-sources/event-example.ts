import type { AlertSource } from '../../server/alert-sources/schema.ts'

/** A command that opens an alert through this source. */
export function eventExample(source: Pick<AlertSource, 'integrationUrl' | 'integrationKey'>): string {
  const body = {
    integrationKey: source.integrationKey ?? '<integration key>',
    eventType: 'ALERT',
    summary: 'Disk almost full on db-1',
    alertKey: 'db-1/disk',
  }
  const url = source.integrationUrl ?? ''
  const eventsUrl = url === '' ? '/api/events' : new URL('/api/events', url).href
  return [
    `curl -X POST ${eventsUrl} \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify(body)}'`,
  ].join('\n')
}
