import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react'
import type { Alert } from '../../server/alerts/schema.ts'
import { type AlertFilter, type AlertPage, useAlerts } from '../api/alerts.ts'
import { Answer } from '../components/Answer.tsx'
import { useLatest } from '../components/useLatest.ts'
import { useShortcuts } from '../components/useShortcuts.ts'
import { AlertRow } from './AlertRow.tsx'
import { BulkBar } from './BulkBar.tsx'
import { useAnswer } from './useAnswer.tsx'
import { useSelection } from './useSelection.ts'

type Props = { filter: AlertFilter; empty: ReactNode }

/** Alerts as rows, however many; only those on the screen are drawn. */
export function AlertList({ filter, empty }: Props) {
  const query = useAlerts(filter)
  return <Answer query={query}>{({ pages }) => <Pages pages={pages} query={query} empty={empty} />}</Answer>
}

type PagesProps = { pages: readonly AlertPage[]; query: RowsProps['query']; empty: ReactNode }

/** The pages as one list, put together once for each time that one is read. */
function Pages({ pages, query, empty }: PagesProps) {
  const alerts = useMemo(() => pages.flatMap((page) => page.rows), [pages])
  return alerts.length === 0 ? empty : <Rows alerts={alerts} query={query} />
}

type RowsProps = {
  alerts: readonly Alert[]
  query: Pick<ReturnType<typeof useAlerts>, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>
}

const ROW_PX = 53
const OVERSCAN = 12
/** The next page is asked for this many rows before the end. */
const ROWS_AHEAD = 40

/** Rows that the keyboard can walk: j, k, Enter, a, r, x. */
function Rows({ alerts, query }: RowsProps) {
  const { accept, resolve, dialog, busyId } = useAnswer()
  const selection = useSelection(alerts)
  const [onAccept, onResolve, onSelect] = [useLatest(accept), useLatest(resolve), useLatest(selection.toggle)]
  const list = useRef<HTMLUListElement>(null)
  // Another function would have every row of 100,000 laid out again at each step of scrolling.
  const keyOf = useCallback((index: number) => alerts[index]?.id ?? index, [alerts])
  const rows = useWindowVirtualizer({
    count: alerts.length,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    // Scrolling goes first; a row may come a frame later.
    useFlushSync: false,
    scrollMargin: list.current?.offsetTop ?? 0,
    scrollPaddingEnd: 64,
    getItemKey: keyOf,
  })
  const shown = rows.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const wantsMore = hasNextPage && !isFetchingNextPage && lastShown >= alerts.length - ROWS_AHEAD
  useEffect(() => {
    if (wantsMore) void fetchNextPage()
  }, [wantsMore, fetchNextPage])

  const rowWithFocus = () => {
    const id = document.activeElement?.closest<HTMLElement>('li[data-alert]')?.dataset.alert
    return id === undefined ? -1 : alerts.findIndex((alert) => alert.id === Number(id))
  }
  const focusOn = (index: number) => {
    rows.scrollToIndex(index, { align: 'auto' })
    const id = alerts[index]?.id
    // The row is drawn with the next frame or the one after.
    const tries = [0, 1, 2, 3, 4]
    const attempt = () => {
      const link = list.current?.querySelector<HTMLElement>(`li[data-alert="${id}"] a[data-row]`)
      if (link) link.focus({ preventScroll: true })
      else if (tries.pop() !== undefined) requestAnimationFrame(attempt)
    }
    attempt()
  }
  const move = (by: number) => {
    const from = rowWithFocus()
    focusOn(from < 0 ? (shown[0]?.index ?? 0) : Math.min(alerts.length - 1, Math.max(0, from + by)))
  }
  const onFocused = (act: (alert: Alert) => void) => () => {
    const alert = alerts[rowWithFocus()]
    if (alert) act(alert)
  }
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    a: onFocused(accept),
    r: onFocused(resolve),
    x: onFocused((alert) => selection.toggle(alert.id)),
    Escape: selection.clear,
  })

  return (
    <>
      <ul
        ref={list}
        aria-label="Alerts"
        className="relative border-b bg-surface"
        style={{ height: rows.getTotalSize() }}
      >
        {shown.map((item) => {
          const alert = alerts[item.index]
          if (!alert) return null
          return (
            <li
              key={item.key}
              ref={rows.measureElement}
              data-index={item.index}
              data-alert={alert.id}
              data-status={alert.status}
              aria-setsize={hasNextPage ? -1 : alerts.length}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 top-0 border-b"
              style={{ transform: `translateY(${item.start - rows.options.scrollMargin}px)` }}
            >
              <AlertRow
                alert={alert}
                busy={busyId === alert.id}
                isSelected={selection.ids.has(alert.id)}
                onSelect={onSelect}
                onAccept={onAccept}
                onResolve={onResolve}
              />
            </li>
          )
        })}
      </ul>
      {isFetchingNextPage && (
        <p role="status" className="p-4 text-center text-sm text-muted">
          Loading more…
        </p>
      )}
      <BulkBar selection={selection} />
      {dialog}
    </>
  )
}
