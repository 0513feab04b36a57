import { type ReactNode, useRef } from 'react'
import type { Alert } from '../../server/alerts/schema.ts'
import { type AlertFilter, useAlerts } from '../api/alerts.ts'
import { Answer } from '../components/Answer.tsx'
import { LoadMore } from '../components/LoadMore.tsx'
import { useShortcuts } from '../components/useShortcuts.ts'
import { AlertRow } from './AlertRow.tsx'
import { useAnswer } from './useAnswer.tsx'

type Props = { filter: AlertFilter; empty: ReactNode }

/** Alerts as rows that the keyboard can walk: j, k, Enter, a, r. */
export function AlertList({ filter, empty }: Props) {
  const query = useAlerts(filter)
  const { accept, resolve, dialog, busyId } = useAnswer()
  const list = useRef<HTMLUListElement>(null)
  const alerts = query.data?.pages.flat() ?? []

  const links = () => [...(list.current?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])]
  const focused = () => links().findIndex((link) => link.closest('li')?.contains(document.activeElement))
  const move = (by: number) => {
    const all = links()
    const from = focused()
    all[from < 0 ? 0 : Math.min(all.length - 1, Math.max(0, from + by))]?.focus()
  }
  const onFocused = (act: (alert: Alert) => void) => () => {
    const alert = alerts[focused()]
    if (alert) act(alert)
  }
  useShortcuts({ j: () => move(1), k: () => move(-1), a: onFocused(accept), r: onFocused(resolve) })

  return (
    <Answer query={query}>
      {() =>
        alerts.length === 0 ? (
          empty
        ) : (
          <>
            <ul ref={list} aria-label="Alerts" className="divide-y border-b bg-surface">
              {alerts.map((alert) => (
                <AlertRow
                  key={alert.id}
                  alert={alert}
                  busy={busyId === alert.id}
                  onAccept={accept}
                  onResolve={resolve}
                />
              ))}
            </ul>
            <LoadMore query={query} />
            {dialog}
          </>
        )
      }
    </Answer>
  )
}
