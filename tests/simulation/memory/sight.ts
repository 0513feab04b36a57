import type { Viewer } from '../../../server/access/sight.ts'
import { keysOf, type MemoryTables } from './tables.ts'

/** True when the viewer sees what these teams own, as `seesOwned` says in SQL. */
export function seesOwned(tables: MemoryTables, viewer: Viewer, owners: readonly number[]): boolean {
  if (viewer.context && !owners.some((id) => viewer.context?.includes(id))) return false
  if (viewer.sees === 'everything') return true
  const isMine = (id: number) => tables.team_member.get(keysOf(id, viewer.personId)) !== null
  const hidden = owners.filter((id) => tables.team.get(id)?.visibility === 'PRIVATE')
  const isOpen = hidden.length === 0 || hidden.some(isMine)
  return isOpen && (!viewer.isOutsider || owners.some(isMine))
}
