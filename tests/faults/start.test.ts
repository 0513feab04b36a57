import fs from 'node:fs'
import { createServer, type Server } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { installationsOfThisFile } from './each-installation.ts'
import { belongingTo, livingOf, signalAll, treeOf } from './processes.ts'
import type { Installation, Running, StartOptions } from './product.ts'
import { until } from './until.ts'

const REFUSED_MS_MAX = 10_000
const READY_MS_MAX = 60_000
const STOPPED_MS_MAX = 15_000
const SOCKET_PATH_MAX = 107
const NOBODY = 65_534
const IS_ROOT = process.getuid?.() === 0

const prepare = installationsOfThisFile()

const ways: { way: string; start: StartOptions }[] = [
  { way: 'the product alone', start: { file: 'server/main.ts' } },
  { way: 'npm start', start: { file: 'tools/start.mjs' } },
]

describe.each(ways)('$way', ({ start }) => {
  const startIn = (installation: Installation, more: StartOptions = {}) => installation.start({ ...start, ...more })

  it('refuses a folder on which another one runs, and leaves that one alone', async () => {
    const installation = await prepare()
    const first = startIn(installation)
    await first.ready()
    const tree = treeOf(first.pid)
    const sentence = await refusal(startIn(installation))
    expect(sentence).toContain(installation.dataDir)
    expect(sentence).toMatch(/already running/)
    expect(livingOf(tree)).toEqual(tree)
    expect(await installation.api.get('/api/alerts')).toEqual([])
  })

  it('names a port that is taken, and leaves nothing behind', async () => {
    const installation = await prepare()
    const stranger = await listenOn(installation.port)
    try {
      expect(await refusal(startIn(installation))).toMatch(new RegExp(`${installation.port}.*PORT`))
      await nothingLeft(installation)
    } finally {
      await new Promise((resolve) => stranger.close(resolve))
    }
  })

  it('names a folder that it may not write to', async () => {
    const installation = await prepare()
    fs.chmodSync(installation.home, 0o755)
    fs.mkdirSync(installation.dataDir, { mode: 0o555 })
    const sentence = await refusal(startIn(installation, IS_ROOT ? { uid: NOBODY } : {}))
    expect(sentence).toContain(installation.dataDir)
    expect(sentence).toContain('TOCSIN_DATA_DIR')
  })

  it('refuses another secret key than the data was written with, and takes the right one', async () => {
    const installation = await prepare()
    const withKey = (key: string) => startIn(installation, { env: { TOCSIN_SECRET_KEY: key.repeat(40) } })
    await stopped(await readyOf(withKey('a')))
    expect(await refusal(withKey('b'))).toContain('TOCSIN_SECRET_KEY')
    await nothingLeft(installation)
    await readyOf(withKey('a'))
  })

  it('works in a folder whose path is too long for a socket', async () => {
    const installation = await prepare({}, `${'a-folder-with-a-long-name/'.repeat(5)}data`)
    expect(Buffer.byteLength(installation.dataDir)).toBeGreaterThan(SOCKET_PATH_MAX)
    const tmp = folderForEverybody(installation)
    const running = await readyOf(startIn(installation, { env: { TMPDIR: tmp } }))
    expect(await refusal(startIn(installation, { env: { TMPDIR: tmp } }))).toMatch(/already running/)
    await stopped(running)
    await readyOf(startIn(installation, { env: { TMPDIR: tmp } }))
  })

  it.runIf(IS_ROOT)('works below a folder that only root may enter, and leaves it so', async () => {
    const installation = await prepare()
    fs.mkdirSync(installation.dataDir, { mode: 0o700 })
    const folders = [installation.home, installation.dataDir]
    await readyOf(startIn(installation))
    expect(folders.map((folder) => fs.statSync(folder).mode & 0o777)).toEqual([0o700, 0o700])
  })

  it('ends with all its processes on Ctrl-C, and starts again', async () => {
    const installation = await prepare()
    await stopped(await readyOf(startIn(installation)))
    await nothingLeft(installation)
    const again = startIn(installation)
    expect(await again.ready()).toBeLessThanOrEqual(READY_MS_MAX)
  })

  it.each([150, 600, 1_200])('ends with all its processes on Ctrl-C %i ms after its start', async (ms) => {
    const installation = await prepare()
    const running = startIn(installation)
    await pause(ms)
    const tree = treeOf(running.pid)
    running.interrupt()
    await until('it ended', STOPPED_MS_MAX, async () => livingOf(tree).length === 0)
    await nothingLeft(installation)
    await readyOf(startIn(installation))
  })

  it('takes over what a kill -9 of its first process leaves behind', async () => {
    const installation = await prepare()
    const running = await readyOf(startIn(installation))
    signalAll([running.pid], 'SIGKILL')
    await running.ended
    const next = startIn(installation)
    expect(await next.ready()).toBeLessThanOrEqual(READY_MS_MAX)
    await stopped(next)
    await nothingLeft(installation)
  })

  it('takes over after a kill -9 of all its processes', async () => {
    const installation = await prepare()
    await (await readyOf(startIn(installation))).kill()
    const next = startIn(installation)
    expect(await next.ready()).toBeLessThanOrEqual(READY_MS_MAX)
  })
})

it('npm start without the demo adds nothing to what the server says', async () => {
  const installation = await prepare({ TOCSIN_DEMO: '0' })
  const withKey = (key: string) =>
    installation.start({ file: 'tools/start.mjs', env: { TOCSIN_SECRET_KEY: key.repeat(40) } })
  await stopped(await readyOf(withKey('a')))
  expect(await refusal(withKey('b'))).toContain('TOCSIN_SECRET_KEY')
  await nothingLeft(installation)
})

async function readyOf(running: Running): Promise<Running> {
  await running.ready()
  return running
}

/** The one sentence a start ends with when it cannot go on. */
async function refusal(running: Running): Promise<string> {
  const code = await inTime('the start is refused', REFUSED_MS_MAX, running)
  expect(code).toBeGreaterThan(0)
  const words = running.stderr().trim()
  expect(words).toMatch(/^[A-Z][^\n]*\.$/)
  return words
}

/** Ctrl-C: a good end, within reason, of every process. */
async function stopped(running: Running): Promise<void> {
  const tree = treeOf(running.pid)
  running.interrupt()
  expect(await inTime('it stopped', STOPPED_MS_MAX, running)).toBe(0)
  await until('all its processes are gone', 1_000, () => livingOf(tree).length === 0)
}

async function inTime(what: string, withinMs: number, running: Running): Promise<number | null> {
  let end: { code: number | null } | undefined
  void running.ended.then((code) => {
    end = { code }
  })
  return (
    await until(
      () => `${what}; it said: ${running.stderr()}`,
      withinMs,
      () => end,
    )
  ).code
}

async function nothingLeft({ home }: Installation): Promise<void> {
  await until('no process is left', 2_000, () => belongingTo(home).length === 0)
}

/** The installation's own folder for temporary things, which PostgreSQL's user may enter. */
function folderForEverybody({ home }: Installation): string {
  fs.chmodSync(home, 0o711)
  const folder = path.join(home, 'tmp')
  fs.mkdirSync(folder, { mode: 0o755 })
  return folder
}

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
