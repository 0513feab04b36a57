import swagger from '@fastify/swagger'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { silentLog } from '../runtime/log.ts'
import { createOutbound } from '../runtime/outbound.ts'
import { createSecrets } from '../runtime/secrets.ts'
import { readSettings } from '../runtime/settings.ts'
import { UNSEEN } from '../watch/heartbeat/heartbeat.ts'
import { onlyReferred } from './components.ts'
import type { App, RouteContext } from './route.ts'

/** A body that a route reads by itself is described all the same. */
function withBody({ schema, route }: Parameters<typeof jsonSchemaTransform>[0]): typeof schema {
  const describedBody = route.config?.describedBody
  return describedBody === undefined ? schema : { ...schema, body: describedBody }
}

/** Describes the API from the schemas of its routes, and serves the description. */
export async function describeApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tocsin',
        version: '1',
        description:
          'Alerting and on-call. Paths, fields and status codes follow ilert; every path also answers under /api/v1. Errors are RFC 9457 problem details. A body has at most 256 KiB.',
        license: { name: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'TOCSIN_ADMIN_API_KEY' },
          session: { type: 'apiKey', in: 'cookie', name: 'tocsin', description: 'with X-CSRF-Token on every change' },
        },
      },
      security: [{ apiKey: [] }, { session: [] }],
    },
    transform: (route) => jsonSchemaTransform({ ...route, schema: withBody(route) }),
    transformObject: (document) => onlyReferred(jsonSchemaTransformObject(document)),
  })
  app.get('/api-docs/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

/** The description as a document, without a database: for `npm run generate`. */
export async function openApiDocument(): Promise<object> {
  const { buildApp } = await import('./app.ts')
  const unused = new Proxy({}, { get: () => undefined })
  const log = silentLog()
  const context: RouteContext = {
    db: unused as RouteContext['db'],
    clock: unused as RouteContext['clock'],
    secrets: createSecrets(Buffer.alloc(32)),
    settings: readSettings({}),
    outbound: createOutbound({ allow: [] }),
    channels: unused as RouteContext['channels'],
    links: unused as RouteContext['links'],
    pulse: () => UNSEEN,
    log,
  }
  const parts = { live: unused, engine: unused, metrics: unused } as unknown as Parameters<typeof buildApp>[1]
  const app = await buildApp(context, parts)
  await app.ready()
  const document = app.swagger()
  await app.close()
  return document
}
