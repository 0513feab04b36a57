import { afterEach, expect } from 'vitest'
import { findFaults } from '../../server/watch/auditor/decide.ts'
import { alertsToAudit, alertsWithTimerLeft } from '../../server/watch/auditor/store.ts'
import { openWorld, type World, type WorldOptions } from './world.ts'

/** Of a hundred thousand the first ones do. */
const ALERTS_MAX = 500

/**
 * Opens worlds for the tests of one file, and closes each after its test. Whatever the test did, the auditor found nothing
 * on the way and agrees with what stands then, unless the test damages something itself: what it takes for damage it undoes.
 */
export function worldsOfThisFile(): (options?: WorldOptions & { isDamaged?: boolean }) => Promise<World> {
  const open: { world: World; isDamaged: boolean }[] = []
  afterEach(async () => {
    const faults: unknown[] = []
    for (const { world, isDamaged } of open.splice(0)) {
      try {
        if (!isDamaged) faults.push(...(await faultsIn(world)))
      } finally {
        await world.close()
      }
    }
    expect(faults).toEqual([])
  })
  return async (options) => {
    const world = await openWorld(options)
    open.push({ world, isDamaged: options?.isDamaged ?? false })
    return world
  }
}

async function faultsIn({ db, clock }: World) {
  const alerts = [...(await alertsWithTimerLeft(db, ALERTS_MAX)), ...(await alertsToAudit(db, 0, ALERTS_MAX))]
  const found = await db.selectFrom('finding').select('text').execute()
  return [
    ...found,
    ...alerts.flatMap((alert) => findFaults(alert, clock.instant).map((fault) => ({ alert: alert.id, ...fault }))),
  ]
}
