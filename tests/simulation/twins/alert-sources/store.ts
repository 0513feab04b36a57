import type * as real from '../../../../server/alert-sources/store.ts'
import { keyOf } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export {
  keyPlace,
  openSecretSettings,
  rulesOf,
  settingsOf,
  settingsPlace,
} from '../../../../server/alert-sources/store.ts'

export const sourceById = twin((tables, id: number) => {
  const row = tables.alert_source.get(id)
  return row?.deleted_at === null ? row : null
}) satisfies typeof real.sourceById

/** Transactions come one at a time, so a lock changes nothing. */
export const lockSource: typeof real.lockSource = (tx, id) => sourceById(tx, id)

export const warnSource = twin((tables, alertSourceId: number, warning: { code: string; text: string }, now: Date) => {
  const known = tables.alert_source_warning.get(keyOf(alertSourceId, warning.code))
  if (known) tables.alert_source_warning.update(known, { text: warning.text, at: now })
  else tables.alert_source_warning.insert({ alert_source_id: alertSourceId, ...warning, at: now })
}) satisfies typeof real.warnSource

export const clearWarnings = twin((tables, alertSourceId: number, codes: readonly string[]) => {
  for (const code of codes) {
    const known = tables.alert_source_warning.get(keyOf(alertSourceId, code))
    if (known) tables.alert_source_warning.delete(known)
  }
}) satisfies typeof real.clearWarnings
