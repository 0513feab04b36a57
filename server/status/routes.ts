import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Routes } from '../http/route.ts'
import { SystemStatus } from '../http/schema.ts'
import { bannersFor } from './decide.ts'
import { readTroubles } from './store.ts'

const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
  version: string
}

/** What the frame of the web app shows on every page. */
export const statusRoutes: Routes = (app, { db, clock, settings, channels, pulse }) => {
  app.get(
    '/status',
    {
      schema: {
        operationId: 'getStatus',
        summary: 'Version, addresses and what is wrong',
        tags: ['Status'],
        response: { 200: SystemStatus },
      },
    },
    async (request) => ({
      version,
      publicUrl: settings.publicUrl,
      demo: settings.demo !== null,
      sandboxUrl: settings.demo?.sandboxUrl ?? null,
      inboxUrl: settings.demo?.inboxUrl ?? null,
      banners: bannersFor({
        canSend: (await channels.all()).length > 0,
        brokenChannels: await channels.troubles(),
        publicUrl: settings.publicUrl,
        heartbeat: pulse(),
        ...(await readTroubles(db, request.viewer, await clock.now())),
      }),
    }),
  )
}
