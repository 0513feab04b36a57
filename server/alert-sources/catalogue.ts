import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod'
import type { Integration as Plugin } from '../integrations/contract.ts'
import { integrations } from '../integrations/index.ts'
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
  }
}

function exampleOf(plugin: Plugin): string | null {
  const example = plugin.examples.find(({ delivery }) => plugin.receive(delivery, null).kind === 'event')
  return example ? JSON.stringify(JSON.parse(example.delivery.body), null, 2) : null
}
