import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod'
import type { Integration as Plugin } from '../integrations/contract.ts'
import { integrations } from '../integrations/index.ts'
import { knownFields } from './rules/fields.ts'
import type { Integration } from './schema.ts'

const FOLDER = path.join(import.meta.dirname, '..', 'integrations')

/** The tiles of the catalogue, each with its settings form and its guide. */
export function readCatalogue(): Integration[] {
  return integrations.map(tileOf)
}

function tileOf(plugin: Plugin): Integration {
  return {
    type: plugin.type,
    slug: plugin.slug,
    title: plugin.title,
    monogram: plugin.monogram,
    summary: plugin.summary,
    keywords: plugin.keywords,
    featured: plugin.featured,
    isOwn: plugin.isOwn ?? false,
    features: plugin.features,
    settingsSchema: plugin.settings ? z.toJSONSchema(plugin.settings, { io: 'input' }) : null,
    settingsTitle: plugin.settingsTitle,
    guide: readFileSync(path.join(FOLDER, plugin.slug, 'README.md'), 'utf8'),
    webhookEvents: plugin.webhookEvents,
    example: exampleOf(plugin),
    fields: fieldsOf(plugin),
  }
}

function exampleOf(plugin: Plugin): string | null {
  const example = readableExample(plugin)
  if (!example) return null
  // The key stands in the address here.
  const { integrationKey: _key, ...body } = JSON.parse(example.delivery.body)
  return JSON.stringify(body, null, 2)
}

function fieldsOf(plugin: Plugin) {
  const example = readableExample(plugin)
  return example ? knownFields(plugin, null, [example.delivery]) : []
}

function readableExample(plugin: Plugin) {
  return plugin.examples.find(({ delivery }) => plugin.receive(delivery, null).kind === 'event')
}
