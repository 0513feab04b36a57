import { startSandbox } from './sandbox.mjs'
import { startServer } from './server.mjs'
import { startWebDev, watchServer } from './web-dev.mjs'

const WEB_STOP_MS = 2_000

/**
 * The server and, in the demo, the pretend outside world around it: started together, stopped in reverse.
 * @param {{ settings: ReturnType<typeof import('./settings.mjs').readLaunchSettings>, dataDir: string, ports: Record<string, number>,
 *   claim: Awaited<ReturnType<typeof import('../data-folder-lock.mjs').takeDataFolder>> | undefined, say: (line: string) => void }} options
 */
export function startWorld({ settings, dataDir, ports, claim, say }) {
  const { isDemo, isDev, host } = settings
  const webUrl = isDev ? `http://${host}:${ports.WEB_PORT}` : undefined
  const newServer = () => startServer({ settings, dataDir, family: claim?.family, ports, publicUrl: webUrl, say })
  let isEnding = false
  let server = newServer()
  const sandbox = isDemo ? startSandbox({ dataDir, ports, say }) : undefined
  const web = webUrl
    ? startWebDev({ host, port: ports.WEB_PORT, serverUrl: `http://${host}:${ports.PORT}`, say })
    : undefined
  const watcher = isDev ? watchServer(restartServer) : undefined
  const first = { ready: server.ready, failed: server.ended }

  /** @type {(end: { code: number, sentence: string }) => void} */
  let settle = () => {}
  const ended = new Promise((resolve) => (settle = resolve))
  watchOver(server)

  function watchOver(it) {
    void it.ended.then(({ code, lastWords, hasSpoken }) => {
      if (isEnding || it !== server) return
      if (isDev) say(`${lastWords}\nThe server ended; it is started again when a file changes.`)
      else settle({ code, sentence: hasSpoken ? '' : lastWords || `The server ended with code ${code}.` })
    })
  }

  async function restartServer() {
    const old = server
    server = undefined
    await old?.stop()
    if (isEnding || server) return
    server = newServer()
    watchOver(server)
    await server.ready
    say('The server runs again with the changed files.')
  }

  async function stop() {
    if (isEnding) return
    isEnding = true
    claim?.stopping()
    sandbox?.letEnd()
    watcher?.stop()
    await web?.stop(WEB_STOP_MS)
    await server?.stop()
    await sandbox?.stop()
    claim?.release()
  }

  async function ready() {
    const failures = [ended.then(fail)]
    if (isDev) failures.push(first.failed.then(({ lastWords }) => fail({ code: 1, sentence: lastWords })))
    if (sandbox) failures.push(sandbox.failed.then(({ code, lastWords }) => fail({ code, sentence: lastWords })))
    const [ofServer, ofSandbox] = await Promise.race([Promise.all([first.ready, sandbox?.ready]), ...failures])
    return {
      url: webUrl ?? ofServer.url,
      signInUrl: ofServer.signInUrl,
      sandboxUrl: ofSandbox?.sandboxUrl,
      inboxUrl: ofSandbox?.inboxUrl,
    }
  }

  function kill() {
    for (const it of [web, server, sandbox]) it?.kill()
  }

  return { ready, ended, stop, kill }
}

/** One of the programs ended before everything ran. */
export class EndedEarly extends Error {
  constructor({ code, sentence }) {
    super(sentence)
    this.code = code || 1
  }
}

function fail(end) {
  throw new EndedEarly(end)
}
