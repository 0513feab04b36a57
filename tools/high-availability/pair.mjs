import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { StopSentence } from '../setup/stop-sentence.mjs'
import { etcdConfiguration, HOST, patroniConfiguration } from './configuration.mjs'
import { pickPorts } from './free-ports.mjs'
import { postmasterOf, startProgram, stopPostmaster } from './program.mjs'
import { toYaml } from './yaml.mjs'

const UP_MS_MAX = 90_000
const ANSWER_MS_MAX = 2_000
const LOOK_AGAIN_MS = 100
const LOG_TAIL = 2_000

/**
 * @typedef {object} Member one Patroni with its PostgreSQL
 * @property {string} name
 * @property {number} port
 * @property {string} dataFolder
 * @property {() => number | null} patroni the process, while it lives
 * @property {() => number | null} postmaster
 * @property {() => void} start again, after it ended
 * @property {() => Promise<void>} stop
 *
 * @typedef {object} Pair
 * @property {string} databaseUrl both hosts, for Tocsin
 * @property {[Member, Member]} members
 * @property {() => Promise<Member | null>} primary who holds the leader key and takes writes
 * @property {() => Promise<boolean>} isWhole whether the standby follows, as synchronously as the set-up says
 * @property {() => Promise<void>} untilWhole
 * @property {() => Promise<void>} stop
 */

/**
 * Starts etcd and two PostgreSQL servers under Patroni, a primary and its standby, all on loopback and below one folder.
 * @param {object} options
 * @param {string} options.folder
 * @param {boolean} options.isSynchronous
 * @param {boolean} [options.isStrict] a primary without its standby takes no writes
 * @param {import('./programs.mjs').Programs} options.programs
 * @param {{ uid: number, gid: number } | null} options.account
 * @returns {Promise<Pair>}
 */
export async function startPair({ folder, isSynchronous, isStrict = false, programs, account }) {
  const [clientPort, peerPort, ...ports] = await pickPorts(6)
  const passwords = {
    superuser: newPassword(),
    replication: newPassword(),
    rewind: newPassword(),
    api: newPassword(),
    tocsin: newPassword(),
  }
  const common = { path: `${programs.binFolder}:/usr/bin:/bin`, account }

  const etcdFolder = makeFolder(path.join(folder, 'etcd'), account)
  const etcdFile = path.join(folder, 'etcd.yml')
  writeSecretly(etcdFile, toYaml(etcdConfiguration({ folder: etcdFolder, clientPort, peerPort })), account)
  const startEtcd = () =>
    startProgram({
      ...common,
      file: programs.etcd,
      words: ['--config-file', etcdFile],
      folder: etcdFolder,
      logFile: path.join(folder, 'etcd.log'),
    })

  const places = ['one', 'two'].map((name, index) => ({
    name,
    folder: makeFolder(path.join(folder, name), account),
    port: ports[index],
    apiPort: ports[index + 2],
  }))
  const members = places.map((place) => {
    const file = path.join(folder, `${place.name}.yml`)
    const words = { ...place, etcdPort: clientPort, binFolder: programs.binFolder, passwords, isSynchronous, isStrict }
    writeSecretly(file, toYaml(patroniConfiguration(words)), account)
    return createMember(place, () =>
      startProgram({
        ...common,
        file: programs.patroni,
        words: [file],
        folder: place.folder,
        logFile: path.join(folder, `${place.name}.log`),
      }),
    )
  })

  const etcd = startEtcd()
  const stop = async () => {
    await Promise.all(members.map((member) => member.stop()))
    await etcd.stop()
  }
  const pair = {
    databaseUrl: `postgresql://tocsin:${passwords.tocsin}@${places.map(({ port }) => `${HOST}:${port}`).join(',')}/tocsin`,
    members: /** @type {[Member, Member]} */ (members),
    primary: () => primaryOf(places, members),
    isWhole: () => isWhole(places, isSynchronous),
    untilWhole: () => patiently(folder, 'the standby follows its primary', () => isWhole(places, isSynchronous)),
    stop,
  }
  try {
    await patiently(folder, 'etcd answers', async () => (await ask(`http://${HOST}:${clientPort}/health`)) !== null)
    for (const member of members) member.start()
    const primary = await patiently(folder, 'there is a primary', pair.primary)
    makeTocsinsDatabase(programs.psql, primary.port, passwords)
    await pair.untilWhole()
    return pair
  } catch (cause) {
    await stop()
    throw cause
  }
}

function createMember(place, startPatroni) {
  const dataFolder = path.join(place.folder, 'data')
  let patroni = null
  return {
    name: place.name,
    port: place.port,
    dataFolder,
    patroni: () => (patroni && !patroni.isOver() ? patroni.pid : null),
    postmaster: () => postmasterOf(dataFolder),
    start() {
      patroni = startPatroni()
    },
    async stop() {
      await patroni?.stop()
      await stopPostmaster(dataFolder)
    },
  }
}

async function primaryOf(places, members) {
  for (const [index, { apiPort }] of places.entries()) {
    const state = await ask(`http://${HOST}:${apiPort}/patroni`)
    if (['master', 'primary'].includes(state?.role) && state.state === 'running') return members[index]
  }
  return null
}

// The word of etcd alone is a moment old: the primary itself must see its standby streaming.
async function isWhole(places, isSynchronous) {
  const states = await Promise.all(places.map(({ apiPort }) => ask(`http://${HOST}:${apiPort}/patroni`)))
  const primary = states.find((state) => ['master', 'primary'].includes(state?.role) && state.state === 'running')
  const standby = states.find((state) => state?.role === 'replica' && state.state === 'running')
  const isFollowed = primary?.replication?.some(
    ({ state, sync_state }) => state === 'streaming' && sync_state === (isSynchronous ? 'sync' : 'async'),
  )
  return Boolean(isFollowed && standby && (!isSynchronous || standby.sync_standby))
}

function makeTocsinsDatabase(psql, port, passwords) {
  const statements = [`create role tocsin login password '${passwords.tocsin}'`, 'create database tocsin owner tocsin']
  for (const statement of statements) {
    execFileSync(psql, ['-h', HOST, '-p', String(port), '-U', 'postgres', '-d', 'postgres', '-X', '-q', '-f', '-'], {
      // On its standard input: what stands on a command line is seen by everybody.
      input: `\\set ON_ERROR_STOP on\n${statement};\n`,
      env: { PGPASSWORD: passwords.superuser },
      stdio: ['pipe', 'ignore', 'pipe'],
    })
  }
}

async function ask(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) })
    return await answer.json()
  } catch {
    return null
  }
}

async function patiently(folder, what, look) {
  const began = performance.now()
  for (;;) {
    const seen = await look()
    if (seen) return seen
    if (performance.now() - began > UP_MS_MAX) {
      throw new StopSentence(`It took more than ${UP_MS_MAX / 1_000} s until ${what}.`, { details: lastWords(folder) })
    }
    await pause(LOOK_AGAIN_MS)
  }
}

function lastWords(folder) {
  const logs = fs.readdirSync(folder).filter((name) => name.endsWith('.log'))
  return logs
    .map((name) => `${name}\n${fs.readFileSync(path.join(folder, name), 'utf8').slice(-LOG_TAIL)}`)
    .join('\n\n')
}

function newPassword() {
  return randomBytes(24).toString('base64url')
}

function makeFolder(folder, account) {
  fs.mkdirSync(folder, { mode: 0o700 })
  if (account) fs.chownSync(folder, account.uid, account.gid)
  return folder
}

function writeSecretly(file, text, account) {
  fs.writeFileSync(file, text, { mode: 0o600 })
  if (account) fs.chownSync(file, account.uid, account.gid)
}
