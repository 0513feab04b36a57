import { afterEach } from 'vitest'
import { openWorld, type World, type WorldOptions } from './world.ts'

/** Opens worlds for the tests of one file, and closes each after its test. */
export function worldsOfThisFile(): (options?: WorldOptions) => Promise<World> {
  const open: World[] = []
  afterEach(async () => {
    for (const world of open.splice(0)) await world.close()
  })
  return async (options) => {
    const world = await openWorld(options)
    open.push(world)
    return world
  }
}
