import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { integrationBySlug, integrationByType, integrations } from './index.ts'

const folder = import.meta.dirname
const folders = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
)

test('every folder is registered under its own name, and nothing else is', () => {
  expect(integrations.map((integration) => integration.slug).sort()).toEqual([...folders].sort())
})

test('types and slugs are found, and unique', () => {
  expect(new Set(integrations.map((integration) => integration.type)).size).toBe(integrations.length)
  for (const integration of integrations) {
    expect(integrationByType(integration.type)).toBe(integration)
    expect(integrationBySlug(integration.slug)).toBe(integration)
  }
  expect(integrationByType('TELEPATHY')).toBeNull()
  expect(integrationBySlug('__proto__')).toBeNull()
})

describe.each(integrations)('integration $type', (integration) => {
  test('has a guide for operators', () => {
    const path = join(folder, integration.slug, 'README.md')
    expect(existsSync(path)).toBe(true)
    expect(readFileSync(path, 'utf8')).toMatch(/^# \S/)
  })

  test('has a tile that can be drawn', () => {
    expect(integration.monogram).toMatch(/^[A-Za-z0-9]{2}$/)
    expect(integration.slug).toMatch(/^[a-z0-9-]+$/)
    expect(integration.features).toHaveLength(9)
  })

  test('draws its settings from a schema in which its secrets are write-only', () => {
    if (!integration.settings) return expect([integration.secrets, integration.settingsTitle]).toEqual([[], null])
    const schema = z.toJSONSchema(integration.settings, { io: 'input' })
    const writeOnly = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      typeof property === 'object' && property.writeOnly === true ? [name] : [],
    )
    expect(writeOnly).toEqual(integration.secrets)
  })

  test('has examples with names of their own', () => {
    const names = integration.examples.map((example) => example.name)
    expect(names.length).toBeGreaterThan(integration.isOwn ? 0 : 5)
    expect(new Set(names).size).toBe(names.length)
  })
})
