import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { freePort } from '../support/free-port.ts'
import { JsonClient } from '../support/json-client.ts'
import { killTree } from './processes.ts'
import { until } from './until.ts'

/** The product alone, or as `npm start` runs it. */
export type ProgramFile = 'server/main.ts' | 'tools/start.mjs'

export interface StartOptions {
  file?: ProgramFile
  env?: Record<string, string>
  uid?: number
}

/** Real processes in a group of their own. */
export interface Running {
  pid: number
  /** The exit code; null when a signal ended it. */
  ended: Promise<number | null>
  stdout(): string
  stderr(): string
  /** Milliseconds from the start until it could commit; throws when it ended before, or took too long. */
  ready(withinMs?: number): Promise<number>
  /** As a terminal does it: the whole group hears the signal. */
  interrupt(): void
  /** kill -9 of the process and of everything it started. */
  kill(): Promise<void>
}

/** A data folder and ports that processes can be started on, again and again. */
export interface Installation {
  /** Holds the data folder, and nothing of anybody else. */
  home: string
  dataDir: string
  url: string
  port: number
  api: JsonClient
  outside: JsonClient
  start(options?: StartOptions): Running
  /** Kills what still runs and removes the folder. */
  remove(): Promise<void>
}

const root = path.resolve(import.meta.dirname, '../..')
const ADMIN_API_KEY = 'an-administrators-key-for-the-fault-tests-1'
/** A slow machine that does other work as well takes ten times as long as a quick one. */
const READY_MS_MAX = 90_000
const PROBE_MS_MAX = 1_000

/** Prepares an installation; nothing runs yet. The folder is made when the product makes it. */
export async function prepareInstallation(env: Record<string, string> = {}, folder?: string): Promise<Installation> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tocsin-faults-'))
  const dataDir = folder === undefined ? path.join(home, 'data') : path.join(home, folder)
  const [port, sandbox, inbox, smtp] = [await freePort(), await freePort(), await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const started: Running[] = []
  return {
    home,
    dataDir,
    url,
    port,
    api: new JsonClient(url, { authorization: `Bearer ${ADMIN_API_KEY}` }),
    outside: new JsonClient(url),
    start(options = {}) {
      const ofOurs = {
        PORT: String(port),
        SANDBOX_PORT: String(sandbox),
        INBOX_PORT: String(inbox),
        INBOX_SMTP_PORT: String(smtp),
        TOCSIN_DATA_DIR: dataDir,
        TOCSIN_ADMIN_API_KEY: ADMIN_API_KEY,
        // One page is one mail: the judge counts them.
        TOCSIN_STORM_PAGES: '0',
      }
      const one = run(home, url, { ...options, env: { ...ofOurs, ...env, ...options.env } })
      started.push(one)
      return one
    },
    async remove() {
      await Promise.all(started.map((one) => one.kill()))
      fs.rmSync(home, { recursive: true, force: true })
    },
  }
}

function run(home: string, url: string, { file = 'server/main.ts', env = {}, uid }: StartOptions): Running {
  const began = performance.now()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    cwd: root,
    env: { ...operatorsEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${file} cannot be started.`)
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const ended = endOf(child)
  return {
    pid,
    ended,
    stdout,
    stderr,
    async ready(withinMs = READY_MS_MAX) {
      await until(
        () => `${url} is ready; it said: ${stderr()}`,
        withinMs,
        async () => {
          if (child.exitCode !== null) throw new Error(`It ended instead of getting ready: ${stderr() || stdout()}`)
          return isReady(url)
        },
      )
      return performance.now() - began
    },
    interrupt: () => process.kill(-pid, 'SIGINT'),
    async kill() {
      const isOver = child.exitCode !== null || child.signalCode !== null
      await killTree(isOver ? null : pid, home)
      await ended
    },
  }
}

/** Whether the product at this address says that it can commit. */
export async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`, { signal: AbortSignal.timeout(PROBE_MS_MAX) })).status === 200
  } catch {
    return false
  }
}

/** Nothing of the test runner's own environment reaches the product. */
function operatorsEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env
  return { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }) }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.on('data', (chunk) => {
    text = `${text}${chunk}`.slice(-100_000)
  })
  return () => text
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    // Not `close`: a pipe may be held open by what the process left behind.
    child.once('exit', (code) => resolve(code))
  })
}
