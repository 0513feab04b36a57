import type { Actor } from '../../access/actor.ts'
import type { Database } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { fieldProblem, Problem } from '../../runtime/problem.ts'
import type { AlertRow } from '../store.ts'
import { type Act, actOn, tell } from './act.ts'
import { addLink, countLinks, removeLink } from './store.ts'

export const LINKED_ALERTS_MAX = 100

/** Links two alerts that have to do with each other; each shows the other. Linking changes nobody's turn. */
export async function linkAlerts(
  db: Database,
  actor: Actor,
  alertId: number,
  otherId: number,
  now: Date,
): Promise<void> {
  if (alertId === otherId) throw fieldProblem('alert.id', 'An alert is not linked with itself.')
  await actOn(
    db,
    actor,
    alertId,
    now,
    async (act, locked) => {
      const other = otherOf(act, locked, otherId)
      if ((await countLinks(act.tx, alertId)) >= LINKED_ALERTS_MAX) {
        throw fieldProblem('alert.id', `An alert has at most ${LINKED_ALERTS_MAX} links.`)
      }
      if (!(await addLink(act.tx, alertId, otherId, now))) return
      await tellBoth(act, other, 'linked')
    },
    { alsoLocks: [otherId] },
  )
}

/** Ends a link. */
export async function unlinkAlerts(
  db: Database,
  actor: Actor,
  alertId: number,
  otherId: number,
  now: Date,
): Promise<void> {
  await actOn(
    db,
    actor,
    alertId,
    now,
    async (act, locked) => {
      const other = otherOf(act, locked, otherId)
      if (!(await removeLink(act.tx, alertId, otherId))) {
        throw new Problem('not-found', `Alert ${alertId} is not linked with alert ${otherId}.`)
      }
      await tellBoth(act, other, 'unlinked')
    },
    { alsoLocks: [otherId] },
  )
}

function otherOf(act: Act, locked: readonly AlertRow[], otherId: number): Act {
  const alert = locked.find((one) => one.id === otherId)
  if (!alert) throw fieldProblem('alert.id', `There is no alert ${otherId}.`)
  return { ...act, alert }
}

async function tellBoth(one: Act, other: Act, what: 'linked' | 'unlinked'): Promise<void> {
  for (const [act, with_] of [
    [one, other.alert.id],
    [other, one.alert.id],
  ] as const) {
    await tell(act, {
      type: what === 'linked' ? 'AlertLinkedLogEntry' : 'AlertUnlinkedLogEntry',
      text: what === 'linked' ? `Linked with alert ${with_}` : `Link with alert ${with_} was removed`,
      action: `alert.${what}`,
      decision: what === 'linked' ? 'link' : 'unlink',
      rule: `${what}-by-hand`,
      vars: { alertId: with_ },
      details: { alertId: with_ },
    })
  }
  await tellLive(one.tx, { kind: 'alert', id: other.alert.id })
}
