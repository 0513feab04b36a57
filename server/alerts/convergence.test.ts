import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideEvent, type KnownRecord, marksWith, NO_MARKS, type Reopening } from './decide.ts'
import type { AlertStatus } from './schema.ts'

type Kind = 'ALERT' | 'ACCEPT' | 'RESOLVE' | 'NONE'
type Change = { version: number; type: Kind; birth: boolean }

/** DED-3: how a record's alert stands after its changes in their own order. It knows nothing of the product. */
function model(changes: readonly Change[], reopening: Reopening): AlertStatus | 'NONE' {
  let alert: AlertStatus | 'NONE' = 'NONE'
  for (const { type } of changes) {
    if (type === 'NONE') continue
    if (type === 'RESOLVE') {
      if (alert !== 'NONE') alert = 'RESOLVED'
      continue
    }
    const wanted = type === 'ALERT' ? 'PENDING' : 'ACCEPTED'
    switch (alert) {
      case 'NONE':
        // Only a status that alarms opens the first alert.
        if (type === 'ALERT') alert = 'PENDING'
        break
      case 'PENDING':
        alert = wanted
        break
      case 'ACCEPTED':
        // Whoever accepted keeps it, whatever the record says until it ends.
        break
      case 'RESOLVED':
        if (reopening !== 'IGNORE') alert = wanted
        break
    }
  }
  return alert
}

/** The product's decisions, kept as its station keeps them. */
class Station {
  readonly reopening: Reopening
  record: KnownRecord | null = null
  readonly alerts: AlertStatus[] = []

  constructor(reopening: Reopening) {
    this.reopening = reopening
  }

  receive(change: Change): void {
    const openAt = this.alerts.findIndex((status) => status !== 'RESOLVED')
    const id = openAt >= 0 ? openAt + 1 : (this.record?.alertId ?? null)
    const status = id === null ? undefined : this.alerts[id - 1]
    const decision = decideEvent({
      event: { ...change, alertKey: 'acme:request:1' },
      tracksRecords: true,
      reopening: this.reopening,
      record: this.record,
      alert: id === null || status === undefined ? null : { id, status },
      groupInto: null,
      othersStillOpen: 0,
    })
    if (decision.kind === 'duplicate') return
    let opened: number | null = null
    if (decision.kind === 'open') {
      if (decision.previousAlertId !== null) this.alerts[decision.previousAlertId - 1] = 'RESOLVED'
      opened = this.alerts.push(decision.status)
    }
    if (decision.kind === 'join') opened = decision.alertId
    if (decision.kind === 'reopen') this.alerts[decision.alertId - 1] = decision.status
    if (decision.kind === 'accept') this.alerts[decision.alertId - 1] = 'ACCEPTED'
    if (decision.kind === 'resolve') this.alerts[decision.alertId - 1] = 'RESOLVED'
    const known = this.record
    const isStale = known !== null && known.version !== null && change.version < known.version
    this.record = {
      version: isStale || change.type === 'NONE' ? (known?.version ?? null) : change.version,
      eventType: isStale || (known && change.type === 'NONE') ? known.eventType : change.type,
      alertId: opened ?? known?.alertId ?? null,
      marks: marksWith(known?.marks ?? NO_MARKS, change),
    }
  }
}

const lifecycle = fc
  .array(fc.constantFrom<Kind>('ALERT', 'ACCEPT', 'RESOLVE', 'NONE'), { maxLength: 8 })
  .chain((others) => fc.constantFrom<Kind>('ALERT', 'ACCEPT', 'NONE').map((first) => [first, ...others]))
  .map((types) => types.map((type, index): Change => ({ version: 10 * (index + 1), type, birth: index === 0 })))

/** Every change at least once, some again, in any order: a delay is an order too. */
const disorder = (changes: readonly Change[]) =>
  fc
    .array(fc.constantFrom(...changes), { maxLength: 6 })
    .chain((again) => fc.shuffledSubarray([...changes, ...again], { minLength: changes.length + again.length }))

describe.each<Reopening>(['NEW_ALERT', 'REOPEN', 'IGNORE'])('a record whose reopening means %s', (reopening) => {
  const standing = (changes: readonly Change[]) => {
    const station = new Station(reopening)
    for (const change of changes) station.receive(change)
    return station
  }

  test('stands as the model says when its changes come in order', () => {
    fc.assert(
      fc.property(lifecycle, (changes) => {
        expect(standing(changes).alerts.at(-1) ?? 'NONE').toBe(model(changes, reopening))
      }),
      { numRuns: 3_000 },
    )
  })

  test('stands so in whatever order and however often they come', () => {
    fc.assert(
      fc.property(
        lifecycle.chain((changes) => fc.tuple(fc.constant(changes), disorder(changes))),
        ([changes, arrived]) => {
          const station = standing(arrived)
          expect(station.alerts.at(-1) ?? 'NONE').toBe(model(changes, reopening))
          expect(station.alerts.filter((status) => status !== 'RESOLVED').length).toBeLessThan(2)
          if (reopening !== 'NEW_ALERT') expect(station.alerts.length).toBeLessThan(2)
        },
      ),
      { numRuns: 3_000 },
    )
  })
})
