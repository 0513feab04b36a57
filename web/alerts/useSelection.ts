import { useState } from 'react'
import type { Alert } from '../../server/alerts/schema.ts'

export interface Selection {
  ids: ReadonlySet<number>
  /** The chosen ones that are in the list, in its order. */
  alerts: readonly Alert[]
  total: number
  toggle(id: number): void
  all(): void
  clear(): void
}

/** Which alerts of a list are chosen; what left the list is not any more. */
export function useSelection(list: readonly Alert[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const alerts = chosen.size === 0 ? [] : list.filter((alert) => chosen.has(alert.id))
  return {
    ids: chosen,
    alerts,
    total: list.length,
    toggle: (id) =>
      setChosen((before) => {
        const after = new Set(before)
        if (!after.delete(id)) after.add(id)
        return after
      }),
    all: () => setChosen(new Set(list.map((alert) => alert.id))),
    clear: () => setChosen((before) => (before.size === 0 ? before : new Set())),
  }
}
