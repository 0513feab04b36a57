import type { QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ExternalValue } from './external-value.ts'
import { keysOf } from './live-keys.ts'
import { queryClient } from './query-client.ts'

export type LiveState = 'connecting' | 'live' | 'away'

/** Whether pages hear of changes as they happen. */
export const liveState = new ExternalValue<LiveState>('connecting')

const FLUSH_MS = 250
const REOPEN_MS = 3_000
const EVENTS = ['alert', 'alert-source', 'delivery', 'status', 'notice', 'resync']

/** Keeps the stream of changes open while the shell stands. */
export function useLive(): void {
  useEffect(() => openLive(), [])
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
      for (const key of due) void queryClient.invalidateQueries({ queryKey: key })
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
