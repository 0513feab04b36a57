export type RecordKind = 'request' | 'problem'
export type StatusEffect = 'ALERT' | 'ACCEPT' | 'RESOLVE'

const OPEN = ['declined', 'on_backlog', 'assigned', 'waiting_for', 'workflow_pending', 'project_pending']
const effects = (statuses: readonly string[], effect: StatusEffect) =>
  statuses.map((status) => [status, effect] as const)

/** What each status of a record means for its alert. Declined is handed back, and still open. */
const table: Record<RecordKind, ReadonlyMap<string, StatusEffect>> = {
  request: new Map([
    ...effects([...OPEN, 'waiting_for_customer', 'reservation_pending'], 'ALERT'),
    ...effects(['accepted', 'in_progress'], 'ACCEPT'),
    ...effects(['completed'], 'RESOLVE'),
  ]),
  problem: new Map([
    // change_pending and change_requested are the names of older and newer 4me for the same thing.
    ...effects([...OPEN, 'analyzed', 'change_requested', 'change_pending', 'progress_halted'], 'ALERT'),
    ...effects(['accepted', 'in_progress'], 'ACCEPT'),
    ...effects(['solved'], 'RESOLVE'),
  ]),
}

/** What a status does; null when we do not know it. */
export function effectOf(kind: RecordKind, status: string): StatusEffect | null {
  return table[kind].get(status) ?? null
}
