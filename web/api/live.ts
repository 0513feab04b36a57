import type { QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Alert } from '../../server/alerts/schema.ts'
import { isFarDown, placeAlert, refreshLists } from './alerts.ts'
import { call } from './client.ts'
import { ExternalValue } from './external-value.ts'
import { keysOf } from './live-keys.ts'
import { queryClient } from './query-client.ts'

export type LiveState = 'connecting' | 'live' | 'away'

/** Whether pages hear of changes as they happen. */
export const liveState = new ExternalValue<LiveState>('connecting')

const FLUSH_MS = 250
const REOPEN_MS = 3_000
const EVENTS = [
  'alert',
  'alert-source',
  'delivery',
  'maintenance',
  'heartbeat',
  'status',
  'alert-action',
  'notice',
  'resync',
]

/** Keeps the stream of changes open while the shell stands. */
export function useLive(): void {
  useEffect(() => openLive(), [])
}

async function refresh(key: QueryKey): Promise<void> {
  // An event for each of a thousand rows on the screen must not read the thousand each time.
  if (key[0] === 'alerts' && key[1] === 'list') return refreshLists(queryClient)
  if (key[0] === 'alerts' && key[1] === 'one' && typeof key[2] === 'number') return refreshInLists(key[2])
  return queryClient.invalidateQueries({ queryKey: key })
}

/** One alert changed: where it stands far down in a long list it takes its new shape there. */
async function refreshInLists(id: number): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['alerts', 'one', id] })
  if (!isFarDown(queryClient, id)) return
  const alert = await call<Alert>('GET', `/alerts/${id}`).catch(() => null)
  if (alert) placeAlert(queryClient, alert)
}

function openLive(): () => void {
  let source: EventSource | null = null
  let reopen: ReturnType<typeof setTimeout> | undefined
  let flush: ReturnType<typeof setTimeout> | undefined
  let wasOpen = false
  const pending = new Map<string, QueryKey>()

  const note = (keys: QueryKey[]) => {
    for (const key of keys) pending.set(JSON.stringify(key), key)
    flush ??= setTimeout(() => {
      flush = undefined
      const due = [...pending.values()]
      pending.clear()
      for (const key of due) void refresh(key)
    }, FLUSH_MS)
  }

  const open = () => {
    source = new EventSource('/api/live')
    source.onopen = () => {
      liveState.set('live')
      if (wasOpen) note([[]])
      wasOpen = true
    }
    source.onerror = () => {
      liveState.set('away')
      // The browser gives up for good when the answer is an error; we do not.
      if (source?.readyState === EventSource.CLOSED) reopen = setTimeout(open, REOPEN_MS)
    }
    for (const name of EVENTS) source.addEventListener(name, (event) => note(keysOf(name, event.data)))
  }

  open()
  return () => {
    source?.close()
    clearTimeout(reopen)
    clearTimeout(flush)
    liveState.set('connecting')
  }
}
