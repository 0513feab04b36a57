import { firstRunLink } from './access/first-run.ts'
import { hasOwner } from './access/store.ts'
import { openDatabase } from './database/connection.ts'
import { holdDataFolder } from './database/data-folder.ts'
import { type Embedded, startEmbedded } from './database/embedded.ts'
import { listen } from './database/listen.ts'
import { migrate } from './database/migrate.ts'
import { LIVE_CHANNEL, stationsToWake, WAKE_CHANNEL } from './database/notify.ts'
import { keptSecretKey } from './database/secret-key.ts'
import { startEngine } from './engine/engine.ts'
import { LiveHub } from './http/live.ts'
import { createProduct } from './product.ts'
import { databaseClock } from './runtime/clock.ts'
import { createLog, type Log } from './runtime/log.ts'
import { requireFreePort } from './runtime/port.ts'
import { random } from './runtime/random.ts'
import { readSettings, type Settings } from './runtime/settings.ts'
import { onStopRequest } from './runtime/stop-request.ts'
import { catchUpOf } from './watch/catch-up.ts'

type Closing = () => Promise<unknown> | unknown

/** Starts everything in order; what was started is stopped in reverse, also when a later step fails. */
async function start(
  settings: Settings,
  log: Log,
  closings: Closing[],
): Promise<{ url: string; signInUrl: string | null }> {
  const folder = settings.databaseUrl === null ? await holdDataFolder(settings.dataDir) : null
  if (folder) closings.push(folder.release)
  await requireFreePort(settings.host, settings.port)
  const embedded = folder && (await startEmbedded({ dataFolder: folder.path, log }))
  if (embedded) closings.push(embedded.stop)
  const databases = await openDatabase({ connection: connectionOf(settings, embedded), log })
  closings.push(() => databases.close())
  await migrate(databases.housekeeping, log)

  const engineClock = databaseClock(databases.engine)
  const product = await createProduct({
    databases,
    settings,
    secretKey: settings.secretKey ?? keptSecretKey(settings.dataDir),
    clocks: { http: databaseClock(databases.http), engine: engineClock },
    random,
    log,
  })
  closings.push(() => product.close())

  const engine = startEngine({
    flow: product.flow,
    db: databases.engine,
    clock: engineClock,
    log,
    catchUp: catchUpOf(databases.engine),
  })
  closings.push(() => engine.stop())

  const live = new LiveHub(log)
  const ears = [
    listen({
      connect: databases.connectClient,
      channel: WAKE_CHANNEL,
      onNotify: (payload) => engine.wake(stationsToWake(payload)),
      log,
    }),
    listen({
      connect: databases.connectClient,
      channel: LIVE_CHANNEL,
      onNotify: (payload) => live.tell(payload),
      onReconnect: () => live.resync(),
      log,
    }),
  ]
  closings.push(() => Promise.all(ears.map((ear) => ear.close())))

  const heartbeat = product.createHeartbeat(engine)
  heartbeat.start()
  closings.push(() => heartbeat.stop())

  const app = await product.buildApp(engine, live, heartbeat)
  closings.push(() => app.close())
  await app.listen({ host: settings.host, port: settings.port })
  if (folder) closings.push(folder.stopping)
  const signInUrl = (await hasOwner(databases.http)) ? null : firstRunLink(settings.publicUrl, product.secrets)
  return { url: settings.publicUrl, signInUrl }
}

function connectionOf(settings: Settings, embedded: Embedded | null) {
  const connection = embedded?.connection ?? settings.databaseUrl
  if (connection === null) throw new Error('There is no database to connect to.')
  return connection
}

/** The sentence for an operator, whatever was thrown while starting. */
function sentenceOf(cause: unknown, settings: Settings | null): string {
  const { code, message } = cause as { code?: string; message?: string }
  if (code === 'EADDRINUSE') return `Port ${settings?.port} is taken; set PORT to another one.`
  if (code === 'EACCES' && settings)
    return `Port ${settings.port} of ${settings.host} may not be opened by this user; set PORT to another one.`
  return message ?? String(cause)
}

async function stop(closings: Closing[], log: Log): Promise<void> {
  for (const close of closings.reverse()) {
    try {
      await close()
    } catch (cause) {
      log.warn({ err: cause }, 'main.stop-step-failed')
    }
  }
}

/** Runs the product until it is asked to stop, and ends the process. `onReady` is called once it can commit. */
export async function main({ onReady }: { onReady: () => void }): Promise<void> {
  const closings: Closing[] = []
  let settings: Settings | null = null
  let log = createLog({ level: 'info' })
  const asked = onStopRequest()
  try {
    settings = readSettings(process.env)
    log = createLog({ level: settings.logLevel })
    const started = await start(settings, log, closings)
    log.info({ url: started.url }, 'main.ready')
    if (process.send) process.send({ kind: 'ready', ...started })
    else if (started.signInUrl) process.stdout.write(`Create the owner: ${started.signInUrl}\n`)
  } catch (cause) {
    log.debug({ err: cause }, 'main.start-failed')
    await stop(closings, log)
    process.stderr.write(`${sentenceOf(cause, settings)}\n`)
    process.exit(1)
  }
  onReady()
  const reason = await asked
  log.info({ reason }, 'main.stopping')
  await stop(closings, log)
  process.exit(0)
}
