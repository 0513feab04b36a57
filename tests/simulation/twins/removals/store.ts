import type { PolicySnapshot, StoredLayer, StoredLevel } from '../../../../server/database/tables.ts'
import type { Use } from '../../../../server/removals/schema.ts'
import type * as real from '../../../../server/removals/store.ts'
import type { MemoryTables } from '../../memory/tables.ts'
import { twin } from '../../memory/twin.ts'

export * from '../../../../server/removals/store.ts'

const USES_MAX = 200
const SCHEDULES_MAX = 1_000

type Kind = 'userIds' | 'scheduleIds'
type Spans = 'schedule_shift' | 'schedule_override'

const names = (levels: readonly StoredLevel[], kind: Kind, id: number) =>
  levels.some((level) => level[kind]?.includes(id) ?? false)
const byId = (one: { id: number }, other: { id: number }) => one.id - other.id

export const policiesNaming = twin((tables, kind: Kind, id: number, options: { lock: boolean }) =>
  [...tables.escalation_policy.rows]
    .filter((row) => names(row.levels, kind, id))
    .sort(byId)
    .slice(0, options.lock ? undefined : USES_MAX)
    .map((row) => ({ id: row.id, name: row.name, levels: row.levels })),
) satisfies typeof real.policiesNaming

function editions(tables: MemoryTables, scheduleId: number) {
  const ms = (at: Date | null) => at?.getTime() ?? Number.MIN_SAFE_INTEGER
  return [...tables.schedule_edition.rows]
    .filter((row) => row.schedule_id === scheduleId)
    .sort((one, other) => ms(one.valid_from) - ms(other.valid_from))
}

export const schedulesNaming = twin((tables, personId: number, now: Date) => {
  const counts = (scheduleId: number) => {
    const spans = [...tables.schedule_shift.rows, ...tables.schedule_override.rows]
    if (spans.some((row) => row.schedule_id === scheduleId && row.person_id === personId && row.ends_at > now)) {
      return true
    }
    const known = editions(tables, scheduleId)
    return known.some((edition, index) => {
      const endsAt = known[index + 1]?.valid_from ?? null
      return (endsAt === null || endsAt > now) && edition.layers.some((layer) => layer.userIds.includes(personId))
    })
  }
  return [...tables.schedule.rows]
    .filter((row) => row.deleted_at === null && counts(row.id))
    .sort(byId)
    .slice(0, SCHEDULES_MAX)
    .map(({ id, name }) => ({ id, name }))
}) satisfies typeof real.schedulesNaming

export const isLastResort = twin(
  (tables, personId: number) => tables.last_resort_person.get(personId) !== null,
) satisfies typeof real.isLastResort

export const replaceLastResort = twin((tables, from: number, to: number | null) => {
  const known = tables.last_resort_person.get(from)
  if (known) tables.last_resort_person.delete(known)
  if (to !== null && !tables.last_resort_person.get(to)) tables.last_resort_person.insert({ person_id: to })
}) satisfies typeof real.replaceLastResort

export const usesOfPolicy = twin((tables, policyId: number): Use[] => {
  const sources = [...tables.alert_source.rows]
    .filter((row) => row.escalation_policy_id === policyId && row.deleted_at === null)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .slice(0, USES_MAX)
  const alerts = [...tables.alert.rows]
    .filter((row) => row.escalation_policy_id === policyId && row.status !== 'RESOLVED')
    .sort(byId)
    .slice(0, USES_MAX)
  return [
    ...sources.map(({ id, name }): Use => ({ kind: 'alert-source', id, name })),
    ...alerts.map(({ id, summary }): Use => ({ kind: 'open-alert', id, name: summary })),
  ]
}) satisfies typeof real.usesOfPolicy

export const moveToPolicy = twin((tables, from: number, to: number, now: Date) => {
  for (const row of [...tables.alert_source.rows]) {
    if (row.escalation_policy_id !== from) continue
    tables.alert_source.update(row, { escalation_policy_id: to, updated_at: now })
  }
  const moved = [...tables.alert.rows].filter((row) => row.escalation_policy_id === from)
  for (const row of moved) tables.alert.update(row, { escalation_policy_id: to })
  return moved
    .filter((row) => row.status !== 'RESOLVED')
    .map((row) => ({ alertSourceId: row.alert_source_id, alertId: row.id }))
}) satisfies typeof real.moveToPolicy

export const climbsNaming = twin((tables, kind: Kind, id: number) =>
  [...tables.escalation.rows]
    .filter((row) => names(row.policy.levels, kind, id))
    .filter((row) => {
      const alert = tables.alert.get(row.alert_id)
      return alert?.alert_source_id === row.alert_source_id && alert.status !== 'RESOLVED'
    })
    .sort((one, other) => one.alert_id - other.alert_id)
    .map((row) => ({
      alertSourceId: row.alert_source_id,
      alertId: row.alert_id,
      policy: row.policy,
      startedAt: row.started_at,
      number: row.climb,
    })),
) satisfies typeof real.climbsNaming

export const saveClimbPolicy = twin(
  (tables, climb: Pick<real.OpenClimb, 'alertSourceId' | 'alertId'>, policy: PolicySnapshot) => {
    const row = tables.escalation.get(climb.alertId)
    if (row?.alert_source_id === climb.alertSourceId) tables.escalation.update(row, { policy })
  },
) satisfies typeof real.saveClimbPolicy

export const editionsOf = twin((tables, scheduleId: number) =>
  editions(tables, scheduleId).map((row) => ({ id: row.id, from: row.valid_from, layers: row.layers })),
) satisfies typeof real.editionsOf

export const changeEdition = twin((tables, id: number, layers: readonly StoredLayer[]) => {
  const row = tables.schedule_edition.get(id)
  if (row) tables.schedule_edition.update(row, { layers: [...layers] })
  else tables.noteShiftChange()
}) satisfies typeof real.changeEdition

export const insertEdition = twin((tables, scheduleId: number, layers: readonly StoredLayer[], now: Date) => {
  const id = tables.next('schedule_edition')
  const row = { id, schedule_id: scheduleId, valid_from: now, layers: [...layers], created_at: now }
  tables.schedule_edition.insert(row)
}) satisfies typeof real.insertEdition

export const spansAhead = twin((tables, table: Spans, place: { scheduleId: number; personId: number }, now: Date) =>
  [...tables[table].rows]
    .filter((row) => row.schedule_id === place.scheduleId && row.person_id === place.personId && row.ends_at > now)
    .sort(byId)
    .map(({ id, starts_at, ends_at }) => ({ id, starts_at, ends_at })),
) satisfies typeof real.spansAhead

export const giveSpan = twin((tables, table: Spans, id: number, personId: number) => {
  const change = { person_id: personId }
  if (table === 'schedule_shift') {
    const row = tables.schedule_shift.get(id)
    if (row) tables.schedule_shift.update(row, change)
    else tables.noteShiftChange()
  } else {
    const row = tables.schedule_override.get(id)
    if (row) tables.schedule_override.update(row, change)
    else tables.noteShiftChange()
  }
}) satisfies typeof real.giveSpan

type Whose = Parameters<typeof real.withdrawRequests>[1]

export const withdrawRequests = twin((tables, whose: Whose, now: Date) => {
  for (const row of [...tables.coverage_request.rows]) {
    const isTheirs =
      'personId' in whose
        ? row.requester_id === whose.personId || row.asked_id === whose.personId
        : row.schedule_id === whose.scheduleId
    if (isTheirs && row.state === 'PENDING') {
      tables.coverage_request.update(row, { state: 'WITHDRAWN', answered_at: now })
    }
  }
}) satisfies typeof real.withdrawRequests
