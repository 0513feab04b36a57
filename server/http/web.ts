import fs from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { App } from './route.ts'

const ROOT = path.join(import.meta.dirname, '..', '..')
const WEB = path.join(ROOT, 'dist', 'web')
const ERRORS = path.join(ROOT, 'docs', 'errors')

/** Serves the web app; every address that is a page gets its frame. Returns whether it was built. */
export async function serveWeb(app: App): Promise<boolean> {
  if (!fs.existsSync(path.join(WEB, 'index.html'))) return false
  await app.register(fastifyStatic, {
    root: WEB,
    index: false,
    // A route for each file that was built; every other address is a page of the web app.
    wildcard: false,
    setHeaders: (reply, file) => {
      // Names of assets carry their content's hash; everything else may change with the next start.
      const isAsset = file.includes(`${path.sep}assets${path.sep}`)
      reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  return true
}

/** The web app's frame. */
export function readFrame(): string {
  return fs.readFileSync(path.join(WEB, 'index.html'), 'utf8')
}

/** The pages that problem details point at. */
export function errorPages(app: App): void {
  app.get<{ Params: { type: string } }>('/docs/errors/:type', { schema: { hide: true } }, (request, reply) => {
    const file = path.join(ERRORS, `${path.basename(request.params.type, '.md')}.md`)
    if (!fs.existsSync(file)) return reply.callNotFound()
    return reply.header('content-type', 'text/plain; charset=utf-8').send(fs.readFileSync(file, 'utf8'))
  })
}
