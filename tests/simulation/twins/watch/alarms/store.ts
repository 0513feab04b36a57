import { addHours } from '../../../../../server/runtime/time.ts'
import type * as real from '../../../../../server/watch/alarms/store.ts'
import { SELF, SET_ASIDE_HOURS } from '../../../../../server/watch/alarms/store.ts'
import { all, earliest } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/watch/alarms/store.ts'

export const readWatchFacts = twin((tables, now: Date) => {
  const secondsSince = (at: Date | null) => (at === null || at > now ? 0 : (now.getTime() - at.getTime()) / 1_000)
  const isOurs = (id: number) => tables.alert_source.get(id)?.integration_type === SELF
  const hourAgo = addHours(now, -1)
  const climbs = [...all(tables.climbing)].filter((row) => tables.alert.get(row.alert_id)?.status === 'PENDING')
  const pages = [...all(tables.onTheirWay)].filter(
    (row) => row.status === 'SCHEDULED' && row.priority === 'HIGH' && row.kind === 'PAGE',
  )
  return {
    unattended: [...all(tables.unattended)].filter((row) => !isOurs(row.alert_source_id)).length,
    findings: [...tables.finding.rows].filter((row) => row.dismissed_at === null).length,
    setAside: [...all(tables.setAside)].filter((row) => {
      const source = tables.alert_source.get(row.alert_source_id)
      const isNews = row.received_at > addHours(now, -SET_ASIDE_HOURS)
      const replays = [...tables.replaysOf.of(row.id)]
      const isReplayed = replays.some(({ outcome }) => outcome !== 'NEW' && outcome !== 'QUARANTINED')
      return isNews && source?.integration_type !== SELF && source?.deleted_at === null && !isReplayed
    }).length,
    unreadSeconds: secondsSince(earliest([...all(tables.unread)].map((row) => row.due_at))),
    lateSeconds: secondsSince(earliest([...climbs, ...pages].map((row) => row.due_at))),
    healed: [...tables.healed_difference.rows].filter((row) => row.at > hourAgo).length,
    // The door is not simulated: it refuses nobody.
    expired: 0,
  }
}) satisfies typeof real.readWatchFacts
