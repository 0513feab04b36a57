import { createHash } from 'node:crypto'
import type { Clock } from '../runtime/clock.ts'
import type { Outbound } from '../runtime/outbound.ts'
import { addMinutes } from '../runtime/time.ts'
import { elapsedMs } from '../runtime/timers.ts'
import type { GatewayMemory, GatewaySighting, Outcome } from './contract.ts'
import { callGateway, type Gateway, type GatewayCall } from './gateway.ts'

const HEALTH_MINUTES = 5
const FAILURES_MAX = 3
const SLOW_MS = 60_000
const RECOVERY_MINUTES = 10
/** Further back nothing decides. */
const LOOK_BACK_MINUTES = HEALTH_MINUTES + RECOVERY_MINUTES

/** Which gateway is asked first, by what was seen of each (invariants.md NOT-5): one that was unwell stays behind for ten minutes. Pure. */
export function orderByHealth(seen: readonly (readonly GatewaySighting[])[], now: Date): number[] {
  const isBehind = seen.map((sightings) => {
    const moments = [now, ...sightings.map(({ at }) => at)].filter((at) => at > addMinutes(now, -RECOVERY_MINUTES))
    return moments.some((at) => isUnwell(sightings, at))
  })
  const indices = seen.map((_, index) => index)
  return [...indices.filter((index) => !isBehind[index]), ...indices.filter((index) => isBehind[index])]
}

/** Three failures within five minutes, or answers that take a minute. */
function isUnwell(sightings: readonly GatewaySighting[], at: Date): boolean {
  const recent = sightings.filter((one) => one.at <= at && one.at > addMinutes(at, -HEALTH_MINUTES))
  const failures = recent.filter((one) => !one.isGood).length
  const slow = recent.map((one) => one.ms).toSorted((a, b) => a - b)
  const p95 = slow[Math.ceil(slow.length * 0.95) - 1] ?? 0
  return failures >= FAILURES_MAX || p95 > SLOW_MS
}

/** Names a gateway to every node without telling what is secret of it. */
function nameOf({ kind, url, accountSid, from }: Gateway, resource: string): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, url, accountSid, from, resource]))
    .digest('base64url')
}

/** Sends by the healthiest gateway, and at once by the next when that one fails for now. What one node saw, every node knows. */
export function createGatewayPool(
  gateways: readonly Gateway[],
  outbound: Outbound,
  clock: Clock,
  memory: GatewayMemory = createOwnMemory(),
) {
  return async (call: GatewayCall, signal: AbortSignal | undefined): Promise<Outcome> => {
    const now = await clock.now()
    const names = gateways.map((gateway) => nameOf(gateway, call.resource))
    // With one gateway there is nothing to choose.
    const isAlone = gateways.length < 2
    const seen = isAlone
      ? new Map()
      : await memory.recall(names, addMinutes(now, -LOOK_BACK_MINUTES)).catch(() => new Map())
    const order = orderByHealth(
      names.map((name) => seen.get(name) ?? []),
      now,
    )
    let last: Outcome = { kind: 'retry', reason: 'No telephone gateway is set up.' }
    for (const index of order) {
      const [gateway, name] = [gateways[index], names[index]]
      if (!gateway || name === undefined) continue
      const began = elapsedMs()
      last = await callGateway(gateway, call, outbound, signal)
      const sighting = { at: now, isGood: last.kind !== 'retry', ms: Math.round(elapsedMs() - began) }
      // A message that left must not leave twice because its sighting could not be noted.
      if (!isAlone && !signal?.aborted) await memory.note(name, sighting).catch(() => undefined)
      // What is refused is refused for the message, not for the gateway.
      if (last.kind !== 'retry' || signal?.aborted) return last
    }
    return last
  }
}

const OWN_MAX = 100

/** What one process saw for itself. */
function createOwnMemory(): GatewayMemory {
  const seen = new Map<string, GatewaySighting[]>()
  return {
    recall: async (names, since) =>
      new Map(names.map((name) => [name, (seen.get(name) ?? []).filter(({ at }) => at > since)])),
    note: async (name, sighting) => {
      seen.set(name, [...(seen.get(name) ?? []), sighting].slice(-OWN_MAX))
    },
  }
}
