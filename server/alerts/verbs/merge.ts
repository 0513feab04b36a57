import { type Actor, requireRight } from '../../access/actor.ts'
import type { Database, Tx } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { stopEscalation } from '../../escalation/actions.ts'
import { cancelNotifications } from '../../notifications/actions.ts'
import { fieldProblem } from '../../runtime/problem.ts'
import { acceptInTransaction, noSuchAlert } from '../actions.ts'
import type { AlertRow } from '../store.ts'
import { type Act, actOn, allowed, byOf, standOf, tell } from './act.ts'
import { askAnewFromTheFirst } from './anew.ts'
import { decideMerge, decideUnmerge } from './decide.ts'
import { lockFamilies, setMergedInto, setPriority } from './store.ts'

/** Makes one alert stand for several: from now on it alone is asked about and answered. */
export async function mergeAlerts(
  db: Database,
  actor: Actor,
  mainId: number,
  otherIds: readonly number[],
  now: Date,
): Promise<void> {
  requireRight(actor, 'answer')
  const by = byOf(actor)
  await db.transaction().execute(async (tx) => {
    const family = new Map((await lockFamilies(tx, [mainId, ...otherIds])).map((alert) => [alert.id, alert]))
    const main = family.get(mainId)
    if (!main) throw noSuchAlert(mainId)
    const unknown = otherIds.findIndex((id) => !family.has(id))
    if (unknown >= 0) throw fieldProblem(`alerts.${unknown}.id`, `There is no alert ${otherIds[unknown]}.`)
    const others = [...new Set(otherIds)]
      .flatMap((id) => family.get(id) ?? [])
      .filter((alert) => alert.merged_into_id !== mainId)
    const decision = allowed(decideMerge(standOf(main), others.map(standOf)))
    if (others.length === 0) return

    const ids = others.map((alert) => alert.id)
    // What was merged into one of them moves with it: there is one main alert, never a chain.
    const moving = [...family.values()].filter((alert) => ids.includes(alert.merged_into_id ?? 0))
    await setMergedInto(tx, [...ids, ...moving.map((alert) => alert.id)], mainId)
    for (const alert of others) await stopAsking({ tx, alert, by, now }, mainId)
    await tell(
      { tx, alert: main, by, now },
      {
        type: 'AlertMergedLogEntry',
        text: `${ids.length === 1 ? `Alert ${ids[0]} was` : `Alerts ${ids.join(', ')} were`} merged into this one`,
        action: 'alert.merged',
        decision: 'merge',
        rule: 'merged-by-hand',
        vars: { alertIds: ids },
        details: { alertIds: ids },
        isNews: true,
      },
    )
    if (decision.raises && !decision.begins) await setPriority(tx, mainId, 'HIGH')
    if (decision.begins) await beginAgain(tx, main, decision.raises, now)
    // Somebody works on the main alert: nothing under it waits for an answer.
    const carried = main.status === 'ACCEPTED' ? moving.filter((alert) => alert.status === 'PENDING') : []
    for (const id of [...decision.accepts, ...carried.map((alert) => alert.id)])
      await acceptInTransaction(tx, id, by, now)
    for (const id of [mainId, ...ids]) await tellLive(tx, { kind: 'alert', id })
  })
}

async function stopAsking(act: Act, mainId: number): Promise<void> {
  const { tx, alert, now } = act
  const reason = `merged into alert ${mainId}`
  await tell(act, {
    type: 'AlertMergedLogEntry',
    text: `Merged into alert ${mainId}`,
    after: ', where it is asked about and answered',
    action: 'alert.merged-into',
    decision: 'merge',
    rule: 'merged-by-hand',
    vars: { mainAlertId: mainId },
    details: { mainAlertId: mainId },
  })
  await stopEscalation(tx, alert.alert_source_id, alert.id, reason, now, 'merged-by-hand')
  const off = { whom: 'everybody', rule: 'merged-by-hand' } as const
  await cancelNotifications(tx, alert.alert_source_id, alert.id, reason, now, off)
}

async function beginAgain(tx: Tx, main: AlertRow, raises: boolean, now: Date): Promise<void> {
  const reason = raises
    ? 'Every level is asked in its turn, from the first on: an alert of high priority was merged into this one.'
    : 'Every level is asked again: nobody was left to ask, and another alert was merged into this one.'
  const priority = raises ? { priority: 'HIGH' as const } : {}
  const rule = raises ? 'merged-raises' : 'merged-into-unattended'
  await askAnewFromTheFirst(tx, main, { reason, rule, callsOff: null, ...priority }, now)
}

/** Takes an alert out of the one it is merged into; it is asked about again. What stands for itself stays. */
export async function unmergeAlert(db: Database, actor: Actor, alertId: number, now: Date): Promise<void> {
  await actOn(db, actor, alertId, now, async (act) => {
    const { tx, alert, by } = act
    const decision = allowed(decideUnmerge(standOf(alert)))
    if (decision.kind === 'already') return
    const mainId = alert.merged_into_id ?? 0
    await setMergedInto(tx, [alertId], null)
    await tell(act, {
      type: 'AlertUnmergedLogEntry',
      text: `Taken out of alert ${mainId}`,
      action: 'alert.unmerged',
      decision: 'unmerge',
      rule: 'unmerged-by-hand',
      vars: { mainAlertId: mainId },
      details: { mainAlertId: mainId },
    })
    if (decision.begins) {
      const reason = `It stands for itself again, and nobody has answered it: its policy begins at the first level.`
      await askAnewFromTheFirst(tx, alert, { reason, rule: 'unmerged-by-hand', callsOff: null }, now)
    }
    const main = (await lockFamilies(tx, [mainId])).find((one) => one.id === mainId)
    if (!main) return
    await tell(
      { tx, alert: main, by, now },
      {
        type: 'AlertUnmergedLogEntry',
        text: `Alert ${alertId} was taken out of this one`,
        action: 'alert.unmerged-from',
        decision: 'unmerge',
        rule: 'unmerged-by-hand',
        vars: { alertIds: [alertId] },
        details: { alertIds: [alertId] },
      },
    )
    await tellLive(tx, { kind: 'alert', id: mainId })
  })
}
