import { randomUUID } from 'node:crypto'
import { createEmailChannel } from './channels/email/index.ts'
import { channelKinds } from './channels/index.ts'
import type { Databases } from './database/connection.ts'
import { openInstallation } from './database/installation.ts'
import { addDemoPeople } from './demo/people.ts'
import type { EngineHealth, Station } from './engine/engine.ts'
import { ensureDefaultPolicy } from './escalation/policies/actions.ts'
import { createFlow } from './flow.ts'
import { buildApp } from './http/app.ts'
import type { LiveHub } from './http/live.ts'
import { createMetrics } from './http/metrics.ts'
import type { App } from './http/route.ts'
import { answerLinks, inboundSecret } from './notifications/answers.ts'
import { ensurePushKeys } from './notifications/channels/actions.ts'
import { type ChannelBook, openChannelBook } from './notifications/channels/book.ts'
import { gatewayMemory } from './notifications/channels/sightings.ts'
import type { Clock } from './runtime/clock.ts'
import type { Log } from './runtime/log.ts'
import { createOutbound, type PaceClock } from './runtime/outbound.ts'
import type { Secrets } from './runtime/secrets.ts'
import type { Settings } from './runtime/settings.ts'
import { createHeartbeat, type Heartbeat, UNSEEN } from './watch/heartbeat/heartbeat.ts'

/** What a product is put together from; a migrated database among it. */
export interface ProductParts {
  databases: Databases
  settings: Settings
  secretKey: string
  /** One for requests and one for the engine, so that neither waits for the other's connections. */
  clocks: { http: Clock; engine: Clock }
  random: () => number
  /** By which clock calls to other systems are paced; real time when absent. */
  paceClock?: PaceClock
  log: Log
}

export interface Product {
  secrets: Secrets
  channels: ChannelBook
  flow: Station[]
  /** The dead man's switch; it looks when it is started. */
  createHeartbeat(engine: EngineHealth): Heartbeat
  buildApp(engine: EngineHealth, live: LiveHub, heartbeat?: Heartbeat): Promise<App>
  /** Ends what the product itself keeps open; databases and app are their owners' business. */
  close(): Promise<void>
}

/** Puts the product together; nothing runs and nothing listens yet. */
export async function createProduct(parts: ProductParts): Promise<Product> {
  const { databases, settings, secretKey, clocks, random, log } = parts
  const now = await clocks.http.now()
  const { secrets } = await openInstallation(databases.http, secretKey, now)
  await databases.http.transaction().execute(async (tx) => {
    await ensureDefaultPolicy(tx, now)
    if (settings.demo) await addDemoPeople(tx, now)
  })

  const { smtpUrl, mailFrom, publicUrl, enrichmentWaitMs } = settings
  const outbound = Object.assign(
    createOutbound({ allow: settings.outboundAllow }),
    parts.paceClock ? { paceClock: parts.paceClock } : {},
  )
  const links = answerLinks(publicUrl, secrets)
  await ensurePushKeys(databases.http, secrets, now)
  const channels = openChannelBook({
    db: databases.engine,
    secrets,
    kinds: channelKinds,
    fixed: smtpUrl === null ? [] : [createEmailChannel({ smtpUrl, from: mailFrom, publicUrl })],
    environment: settings.channels,
    toolsFor: (method) => ({
      outbound,
      clock: clocks.engine,
      publicUrl,
      inboundUrl: links.inboundUrl(method),
      inboundSecret: inboundSecret(method, secrets),
      gateways: gatewayMemory(databases.engine),
    }),
  })
  const flow = createFlow({
    databases,
    clock: clocks.engine,
    secrets,
    outbound,
    channels,
    stormPages: settings.stormPages,
    links,
    enrichmentWaitMs,
    random,
    process: randomUUID(),
    log,
  })
  return {
    secrets,
    channels,
    flow,
    createHeartbeat: (engine) =>
      createHeartbeat({
        url: settings.heartbeatUrl,
        db: databases.housekeeping,
        clock: clocks.http,
        channels,
        engine,
        log,
      }),
    buildApp: (engine, live, heartbeat) =>
      buildApp(
        {
          db: databases.http,
          clock: clocks.http,
          secrets,
          settings,
          outbound,
          channels,
          links,
          pulse: heartbeat?.state ?? (() => UNSEEN),
          log,
        },
        { live, engine, metrics: createMetrics(databases.http, clocks.http, log) },
      ),
    close: () => channels.close(),
  }
}
