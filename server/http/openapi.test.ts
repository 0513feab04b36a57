import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

type Schema = Record<string, unknown>
interface Operation {
  requestBody?: { content?: Record<string, { schema: Schema }> }
  parameters?: { name: string; schema: Schema }[]
}
const file = path.resolve(import.meta.dirname, '../../docs/openapi.json')
const text = fs.readFileSync(file, 'utf8')
const document = JSON.parse(text) as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

/** What has no limit of its own, and what limits it. */
const FREE: [RegExp, string][] = [
  [/\.integrationSettings(\{\})?$/, "the integration's own settings schema, which the catalogue tells"],
  [/channels\/\{method\}.*\.settings(\{\})?$/, "the channel's own settings schema, which its list tells"],
  [/(alert-actions|connectors).*\.params(\{\})?$/, "the kind's own params schema, which its list tells"],
  [/\.customDetails(\{\})?$/, 'the size of the body'],
  [/simulations\.delivery\.body(\{\})?$/, 'the size of the body'],
  [/(events|simulations\.event).*\.labels\{\}$/, 'the first 50 are kept'],
  [/events\/\{slug\}\/\{key\}|events\/\{key\}\?key$/, 'found as a whole or not at all'],
  [/maintenance-windows.*\.services\[\]$/, 'none may be given yet'],
]
/** Texts whose form has an end. */
const FORMS = ['date-time', 'date', 'time', 'uuid']

function resolved(schema: Schema): Schema {
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').pop() : undefined
  return name === undefined ? schema : (document.components.schemas[name] ?? {})
}

/** Where something sent can be longer, wider or deeper than said. */
function limitless(given: Schema, where: string): string[] {
  const schema = resolved(given)
  const inner = (['anyOf', 'oneOf', 'allOf'] as const).flatMap((key) =>
    ((schema[key] as Schema[] | undefined) ?? []).flatMap((one) => limitless(one, where)),
  )
  const types = [schema.type].flat()
  const isFixed = schema.enum !== undefined || schema.const !== undefined
  const found = [...inner]
  if (types.includes('string') && !isFixed && !hasEnd(schema)) found.push(where)
  if (types.includes('array')) {
    if (schema.maxItems === undefined) found.push(where)
    found.push(...limitless((schema.items as Schema | undefined) ?? {}, `${where}[]`))
  }
  const named = (schema.properties as Record<string, Schema> | undefined) ?? {}
  for (const [name, one] of Object.entries(named)) found.push(...limitless(one, `${where}.${name}`))
  const others = schema.additionalProperties
  if (typeof others === 'object' && others !== null) {
    if (schema.maxProperties === undefined) found.push(`${where}{}`)
    found.push(...limitless(others as Schema, where))
  }
  const isAnything = schema.type === undefined && !isFixed && inner.length === 0 && !schema.anyOf && !schema.oneOf
  if (isAnything) found.push(where)
  return found
}

function hasEnd({ maxLength, format, pattern }: Schema): boolean {
  const isBounded = typeof pattern === 'string' && !/(?<!\\)[*+]|\{\d+,\}/.test(pattern)
  return maxLength !== undefined || FORMS.includes(String(format)) || isBounded
}

const operations = Object.entries(document.paths).flatMap(([address, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${address}`, operation })),
)

test('every text, list and map that can be sent has an end, or stands in the list of what limits it', () => {
  const found = operations.flatMap(({ name, operation }) => [
    ...Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) => limitless(schema, name)),
    ...(operation.parameters ?? []).flatMap((one) => limitless(one.schema, `${name}?${one.name}`)),
  ])
  expect([...new Set(found)].filter((where) => !FREE.some(([form]) => form.test(where)))).toEqual([])
  // The list names nothing that is not there.
  expect(FREE.filter(([form]) => !found.some((where) => form.test(where)))).toEqual([])
})

const WITHOUT_BODY = [
  'post /api/alert-action-runs/{id}/resend',
  'post /api/alert-action-runs/{id}/retry',
  'post /api/alert-actions/{id}/signing-key',
  'post /api/alert-sources/{id}/allow-verification',
  'post /api/channels/{method}/test-connection',
  'post /api/v1/events/{slug}/{key}',
  'put /api/alerts/{id}/accept',
  'put /api/alerts/{id}/assign',
  'put /api/alerts/{id}/raise',
  'put /api/alerts/{id}/reopen',
  'put /api/alerts/{id}/unaccept',
  'put /api/alerts/{id}/unmerge',
  'put /api/maintenance-windows/{id}/end',
  'put /api/self-check/findings/dismiss',
]

test('every change that takes a body describes it', () => {
  const without = operations
    .filter(({ name, operation }) => /^(post|put) /.test(name) && operation.requestBody === undefined)
    .map(({ name }) => name)
  expect(without.toSorted()).toEqual(WITHOUT_BODY)
})

test('shapes that are shared are told once, and every reference leads to one', () => {
  const names = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? '')
  expect(new Set(names)).toEqual(new Set(Object.keys(document.components.schemas)))
  expect(names.filter((name) => name === 'Alert').length).toBeGreaterThan(10)
  expect(text.length).toBeLessThan(1_200_000)
})
