export type RecordKind = 'request' | 'problem'
export const STATUS_EFFECTS = ['ALERT', 'ACCEPT', 'RESOLVE', 'IGNORE'] as const
export type StatusEffect = (typeof STATUS_EFFECTS)[number]

/** Entries that differ from the usual ones, as a source's settings give them. */
export type StatusMap = { [K in RecordKind]?: Record<string, StatusEffect> | null | undefined } | null | undefined

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

/** What a status does under a source's own table; null when neither it nor the usual one knows the status. */
export function effectOf(kind: RecordKind, status: string, map?: StatusMap): StatusEffect | null {
  const own = map?.[kind]
  if (own && Object.hasOwn(own, status)) return own[status] ?? null
  return table[kind].get(status) ?? null
}

/** The usual table, for the form. */
export function usualStatuses(): Record<RecordKind, Record<string, StatusEffect>> {
  return { request: Object.fromEntries(table.request), problem: Object.fromEntries(table.problem) }
}

/** True for the status that ends a record of this kind in 4me, whatever it means here. */
export function endsRecord(kind: RecordKind, status: string | null): boolean {
  return status === (kind === 'request' ? 'completed' : 'solved')
}
