import type { IncomingEvent, Integration, IntegrationSettings, ReceivedDelivery } from '../../integrations/contract.ts'
import { readJson } from '../../runtime/json.ts'
import { nameOf } from '../../templates/parse.ts'
import { textOf } from '../../templates/values.ts'
import { eventFields } from './decide.ts'
import type { KnownField } from './schema.ts'

const FIELDS_MAX = 300
const DEPTH_MAX = 8
const SAMPLE_LENGTH_MAX = 80
const PRESETS = ['summary', 'details', 'alertKey', 'eventType', 'status', 'priority', 'severity', 'routingKey']

type Keys = readonly (string | number)[]

/**
 * What templates read besides the event's own fields. An integration hands on what its system sent, out of any wrapping such
 * as a signature; of the event API's bodies `customDetails` is only a part.
 */
export function payloadOf(integrationType: string, event: IncomingEvent, body: string): unknown {
  if (integrationType !== 'API' && event.customDetails !== null) return event.customDetails
  const read = readJson(body, 'exact')
  return read.ok ? read.value : null
}

/** Fields that templates and conditions can name, as these deliveries show them; the first ones are every event's. Pure. */
export function knownFields(
  integration: Integration,
  settings: IntegrationSettings | null,
  deliveries: readonly ReceivedDelivery[],
): KnownField[] {
  const presets = new Map<string, KnownField>(
    PRESETS.map((name) => [name, { template: name, condition: `event.${name}`, sample: '', isPreset: true }]),
  )
  const seen = new Map<string, KnownField>()
  for (const delivery of deliveries) {
    const received = integration.receive(delivery, settings)
    const event =
      received.kind === 'event' ? received.event : received.kind === 'quarantine' ? received.untyped : undefined
    if (!event) continue
    const payload = payloadOf(integration.type, event, delivery.body)
    for (const [name, value] of Object.entries(eventFields(event))) {
      const preset = presets.get(name)
      if (preset?.sample === '') preset.sample = sampleOf(value)
    }
    const isWhole = event.customDetails !== null && !hasOwnDetails(payload)
    for (const [keys, value] of leaves(payload, [], 0)) {
      if (seen.size >= FIELDS_MAX) break
      const template = nameOf({ keys, isOwn: false })
      if (keys[0] === 'integrationKey' || keys[0] === 'apiKey' || presets.has(template) || seen.has(template)) continue
      seen.set(template, { template, condition: conditionOf(keys, isWhole), sample: sampleOf(value), isPreset: false })
    }
  }
  return [...presets.values(), ...seen.values()]
}

function hasOwnDetails(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && Object.hasOwn(payload, 'customDetails')
}

/** Every value that holds no others; of a list, the first element stands for all. */
function* leaves(value: unknown, keys: Keys, depth: number): Generator<[Keys, unknown]> {
  if (depth > DEPTH_MAX) return
  if (Array.isArray(value)) {
    if (value.length > 0) yield* leaves(value[0], [...keys, 0], depth + 1)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* leaves(item, [...keys, key], depth + 1)
  } else if (keys.length > 0) yield [keys, value]
}

/** Conditions see what arrived as `event.customDetails`; what is not in there they cannot name. */
function conditionOf(keys: Keys, isWhole: boolean): string {
  if (keys[0] !== 'customDetails' && !isWhole) return ''
  const inside = isWhole ? keys : keys.slice(1)
  const said = inside.map((key) => {
    if (typeof key === 'number') return `[${key}]`
    return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `['${key.replace(/[\\']/g, '\\$&')}']`
  })
  return `event.customDetails${said.join('')}`
}

function sampleOf(value: unknown): string {
  const text = textOf(value).replace(/\s+/g, ' ')
  return text.length > SAMPLE_LENGTH_MAX ? `${text.slice(0, SAMPLE_LENGTH_MAX)}…` : text
}
