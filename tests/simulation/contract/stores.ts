import * as realAccess from '../../../server/access/store.ts'
import * as realSources from '../../../server/alert-sources/store.ts'
import * as realVerifications from '../../../server/alert-sources/verifications/store.ts'
import * as realAlerts from '../../../server/alerts/store.ts'
import * as realDirectory from '../../../server/directory/store.ts'
import * as realPolicies from '../../../server/escalation/policies/store.ts'
import * as realEscalation from '../../../server/escalation/store.ts'
import * as realLookups from '../../../server/intake/lookups/store.ts'
import * as realIntake from '../../../server/intake/store.ts'
import * as realNotifications from '../../../server/notifications/store.ts'
import * as realTimeline from '../../../server/timeline/store.ts'
import * as access from '../twins/access/store.ts'
import * as sources from '../twins/alert-sources/store.ts'
import * as verifications from '../twins/alert-sources/verifications/store.ts'
import * as alerts from '../twins/alerts/store.ts'
import * as directory from '../twins/directory/store.ts'
import * as policies from '../twins/escalation/policies/store.ts'
import * as escalation from '../twins/escalation/store.ts'
import * as lookups from '../twins/intake/lookups/store.ts'
import * as intake from '../twins/intake/store.ts'
import * as notifications from '../twins/notifications/store.ts'
import * as timeline from '../twins/timeline/store.ts'

type Exports = Record<string, unknown>

/** Every store that has a twin, and the twin. */
export const stores: Record<string, { real: Exports; twin: Exports }> = {
  access: { real: realAccess, twin: access },
  sources: { real: realSources, twin: sources },
  verifications: { real: realVerifications, twin: verifications },
  alerts: { real: realAlerts, twin: alerts },
  directory: { real: realDirectory, twin: directory },
  policies: { real: realPolicies, twin: policies },
  escalation: { real: realEscalation, twin: escalation },
  lookups: { real: realLookups, twin: lookups },
  intake: { real: realIntake, twin: intake },
  notifications: { real: realNotifications, twin: notifications },
  timeline: { real: realTimeline, twin: timeline },
}

/** Functions that a twin has of its own, as `store.name`; what it passes on from the store itself needs no comparison. */
export const twinned: string[] = Object.entries(stores).flatMap(([store, { real, twin }]) =>
  Object.keys(twin).flatMap((name) => (twin[name] === real[name] ? [] : [`${store}.${name}`])),
)
