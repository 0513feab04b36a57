import { afterEach } from 'vitest'
import { type Installation, prepareInstallation } from './product.ts'

/** Prepares installations for the tests of one file, and removes each after its test. */
export function installationsOfThisFile(): typeof prepareInstallation {
  const prepared: Installation[] = []
  afterEach(async () => {
    for (const one of prepared.splice(0)) await one.remove()
  })
  return async (...words) => {
    const one = await prepareInstallation(...words)
    prepared.push(one)
    return one
  }
}
