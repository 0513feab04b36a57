import type { GatewayMemory } from '../../channels/contract.ts'
import type { Database } from '../../database/connection.ts'
import { addMinutes } from '../../runtime/time.ts'

const SEEN_MAX = 200
const KEPT_MINUTES = 60

/** What every node saw of the gateways, in the database: which one is asked first is the same on all of them. */
export function gatewayMemory(db: Database): GatewayMemory {
  return {
    async recall(names, since) {
      const rows = await db
        .selectFrom('gateway_sighting')
        .select(['gateway', 'at', 'is_good', 'ms'])
        .where('gateway', 'in', [...names])
        .where('at', '>', since)
        .orderBy('at', 'desc')
        .limit(SEEN_MAX)
        .execute()
      return new Map(
        names.map((name) => [
          name,
          rows.filter((row) => row.gateway === name).map((row) => ({ at: row.at, isGood: row.is_good, ms: row.ms })),
        ]),
      )
    },
    async note(name, { at, isGood, ms }) {
      await db
        .with('old', (query) =>
          query
            .deleteFrom('gateway_sighting')
            .where('gateway', '=', name)
            .where('at', '<', addMinutes(at, -KEPT_MINUTES)),
        )
        .insertInto('gateway_sighting')
        .values({ gateway: name, at, is_good: isGood, ms })
        .execute()
    },
  }
}
