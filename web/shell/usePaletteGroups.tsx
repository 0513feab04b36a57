import { Plug, Route, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useAlertSources } from '../api/alert-sources.ts'
import { useAlerts } from '../api/alerts.ts'
import { usePeople } from '../api/directory.ts'
import { useEscalationPolicies } from '../api/escalation.ts'
import { AlertStatusMark } from '../components/AlertStatusMark.tsx'
import { nameOf } from '../components/person-name.ts'
import { places } from './navigation.ts'

export type PaletteRow = { to: string; label: string; icon: ReactNode }
export type PaletteGroup = { heading: string; rows: PaletteRow[] }

const SHOWN_MAX = 6
const ICON = 'size-4 text-muted'

/** What the palette offers for a text: pages, alerts, sources, policies, people. */
export function usePaletteGroups(query: string): PaletteGroup[] {
  const alerts = useAlerts(query ? { query } : { states: ['PENDING', 'ACCEPTED'] }).data?.pages[0]?.rows ?? []
  const sources = useAlertSources().data ?? []
  const policies = useEscalationPolicies().data ?? []
  const people = usePeople().data ?? []
  const matching = (rows: PaletteRow[]) =>
    rows.filter((row) => row.label.toLowerCase().includes(query.toLowerCase())).slice(0, SHOWN_MAX)
  const named = (rows: PaletteRow[]) => (query === '' ? [] : matching(rows))

  const groups: PaletteGroup[] = [
    {
      heading: 'Go to',
      rows: matching(
        places.map((place) => ({
          to: place.to,
          label: place.label,
          icon: <place.icon className={ICON} aria-hidden />,
        })),
      ),
    },
    {
      heading: query ? 'Alerts' : 'Open alerts',
      rows: alerts.slice(0, SHOWN_MAX).map((alert) => ({
        to: `/alerts/${alert.id}`,
        label: alert.summary,
        icon: <AlertStatusMark status={alert.status} wordless />,
      })),
    },
    {
      heading: 'Alert sources',
      rows: named(
        sources.map(({ id, name }) => ({
          to: `/alert-sources/${id}`,
          label: name,
          icon: <Plug className={ICON} aria-hidden />,
        })),
      ),
    },
    {
      heading: 'Escalation policies',
      rows: named(
        policies.map(({ id, name }) => ({
          to: `/escalation-policies/${id}`,
          label: name,
          icon: <Route className={ICON} aria-hidden />,
        })),
      ),
    },
    {
      heading: 'People',
      rows: named(
        people.map((person) => ({
          to: `/people/${person.id}`,
          label: nameOf(person),
          icon: <UserRound className={ICON} aria-hidden />,
        })),
      ),
    },
  ]
  return groups.filter((group) => group.rows.length > 0)
}
