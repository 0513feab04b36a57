import path from 'node:path'
import { startChild } from './child.mjs'
import { openLogFile } from './log-file.mjs'

const RESTART_MS = 1_000
const RESTART_MS_MAX = 30_000
const CALM_MS = 60_000
const STOP_MS = 5_000

/**
 * Keeps the pretend outside world running: the 4me sandbox and the message inbox.
 * @param {{ dataDir: string, ports: Record<string, number>, say: (line: string) => void }} options
 */
export function startSandbox({ dataDir, ports, say }) {
  const log = openLogFile(path.join(dataDir, 'sandbox.log'))
  let isEnding = false
  let restart
  let pauseMs = RESTART_MS
  let running = run()
  const first = running

  function run() {
    const began = performance.now()
    const child = startChild({
      file: 'sandbox/main.ts',
      env: environment(dataDir, ports),
      onLine: log,
      onErrorLine: log,
    })
    void Promise.race([child.ready.then(() => 'ready'), child.ended]).then((how) => {
      if (how === 'ready') void child.ended.then(() => fell(began))
      else if (child !== first) fell(began)
    })
    return child
  }

  function fell(began) {
    if (isEnding) return
    pauseMs = performance.now() - began > CALM_MS ? RESTART_MS : pauseMs
    say(`The sandbox ended by itself; it is started again in ${pauseMs / 1_000} s.`)
    restart = setTimeout(() => (running = run()), pauseMs)
    pauseMs = Math.min(pauseMs * 2, RESTART_MS_MAX)
  }

  return {
    ready: first.ready,
    // Only before it was ever ready: later it is started again.
    failed: Promise.race([first.ready.then(() => new Promise(() => {})), first.ended]),
    // The terminal's Ctrl-C reaches the sandbox too, and it may be faster than the server.
    letEnd: () => {
      isEnding = true
      clearTimeout(restart)
    },
    stop: () => running.stop(STOP_MS),
    kill: () => running.kill(),
  }
}

function environment(dataDir, ports) {
  return {
    ...process.env,
    SANDBOX_DATA_DIR: path.join(dataDir, 'sandbox'),
    SANDBOX_HOST: '127.0.0.1',
    SANDBOX_PORT: String(ports.SANDBOX_PORT),
    INBOX_PORT: String(ports.INBOX_PORT),
    INBOX_SMTP_PORT: String(ports.INBOX_SMTP_PORT),
  }
}
