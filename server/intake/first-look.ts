import type { SourceRow } from '../alert-sources/store.ts'
import { foldKey } from '../alerts/store.ts'
import type { Tx } from '../database/connection.ts'
import type { IncomingEvent, Integration, IntegrationSettings, Reading } from '../integrations/contract.ts'
import { addSeconds } from '../runtime/time.ts'
import { wantLookup } from './lookups/store.ts'
import { readingSince } from './readings/store.ts'
import { type DeliveryRow, knownOf, postponeDelivery } from './store.ts'

/** How long a delivery that must be compared with its record waits for the answer. */
const CONFIRM_SECONDS = 10

export type FirstLook =
  /** The record is asked first; the delivery is read again then. */
  | { kind: 'wait' }
  | { kind: 'ignore'; rule: string; reason: string }
  /** `unchecked`: what could not be compared, because the other system did not answer in time. */
  | { kind: 'go'; event: IncomingEvent; unchecked: string | null }

/** What must be known of a record before its delivery counts: that it exists, that no filter keeps it out, that it still stands so. */
export async function lookFirst(
  tx: Tx,
  source: SourceRow,
  integration: Integration,
  settings: IntegrationSettings | null,
  event: IncomingEvent,
  delivery: DeliveryRow,
  now: Date,
): Promise<FirstLook> {
  const go: FirstLook = { kind: 'go', event, unchecked: null }
  if (!settings || event.alertKey === null) return go
  const folded = foldKey(event.alertKey)
  const wasAsked = delivery.confirmation !== null
  const ask = async (): Promise<FirstLook> => {
    await askFirst(tx, source.id, folded, event, delivery, now)
    return { kind: 'wait' }
  }
  if (event.onlyIfFound && event.lookup && !wasAsked) return ask()

  const known = await knownOf(tx, source.id, folded)
  const reading = await readingSince(tx, source.id, folded, delivery.received_at)
  const canAsk = event.lookup !== null && !wasAsked && reading === null
  if (isDoubtful(event, known) && integration.stateOf) {
    if (reading) return { ...go, event: { ...event, ...integration.stateOf(reading, settings) } }
    if (canAsk) return ask()
  }
  // Whatever is open already was let in; and an end or an answer opens nothing.
  if (event.type !== 'ALERT' || known?.hasOpenAlert || !integration.filterRefusal) return go
  const all: Reading = { ...event.reading, ...reading }
  const verdict = integration.filterRefusal(all, settings)
  if (verdict === null) return go
  if (verdict !== 'unknown') return { kind: 'ignore', ...verdict }
  if (canAsk) return ask()
  return {
    ...go,
    unchecked: 'The filters of the source could not be checked: the record could not be read in time. It counts.',
  }
}

/** A delivery cannot say whether it is newer than what a reading told; one that agrees need not. */
function isDoubtful(event: IncomingEvent, known: Awaited<ReturnType<typeof knownOf>>): boolean {
  if (!known?.toldAt || event.type === 'NONE' || event.type === 'COMMENT' || event.type === known.eventType)
    return false
  return event.version === null || known.version === null || event.version > known.version
}

async function askFirst(
  tx: Tx,
  alertSourceId: number,
  folded: string,
  event: IncomingEvent,
  delivery: DeliveryRow,
  now: Date,
): Promise<void> {
  await wantLookup(tx, {
    alertSourceId,
    folded,
    request: event.lookup ?? {},
    deliveryId: delivery.id,
    dueAt: now,
    giveUpAt: addSeconds(now, CONFIRM_SECONDS),
  })
  await postponeDelivery(tx, delivery, { dueAt: addSeconds(now, CONFIRM_SECONDS), askingFor: folded })
}
