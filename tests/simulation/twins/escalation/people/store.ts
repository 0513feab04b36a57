import type * as real from '../../../../../server/escalation/people/store.ts'
import { keysOf } from '../../../memory/tables.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/escalation/people/store.ts'

export const turnsOfPolicy = twin((tables, policyId: number) => {
  const turns = [...tables.level_turn.rows].filter((row) => row.escalation_policy_id === policyId)
  return new Map(turns.map((row) => [row.level_index, row.person_id]))
}) satisfies typeof real.turnsOfPolicy

export const saveTurn = twin((tables, policyId: number, levelIndex: number, personId: number) => {
  if (!tables.escalation_policy.get(policyId)) return
  const known = tables.level_turn.get(keysOf(policyId, levelIndex))
  if (known) tables.level_turn.update(known, { person_id: personId })
  else tables.level_turn.insert({ escalation_policy_id: policyId, level_index: levelIndex, person_id: personId })
}) satisfies typeof real.saveTurn
