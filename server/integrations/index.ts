import { fourme } from './4me/index.ts'
import { api } from './api/index.ts'
import type { Integration } from './contract.ts'
import { heartbeat } from './heartbeat/index.ts'
import { manual } from './manual/index.ts'
import { self } from './self/index.ts'

/** Every outside system we understand, in the order of the catalogue. */
export const integrations: readonly Integration[] = [fourme, api, heartbeat, manual, self]

const byType = new Map(integrations.map((integration) => [integration.type, integration]))
const bySlug = new Map(integrations.map((integration) => [integration.slug, integration]))

/** The integration of this type, e.g. `FOURME`; null for one this version does not know. */
export function integrationByType(type: string): Integration | null {
  return byType.get(type) ?? null
}

/** The integration behind `/api/v1/events/{slug}/{key}`; null when there is none. */
export function integrationBySlug(slug: string): Integration | null {
  return bySlug.get(slug) ?? null
}
