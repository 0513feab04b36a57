// Who may use a data folder. Plain JavaScript on Node 20 built-ins: the launcher asks before anything is installed.
// A claim is a listening unix socket of a unique name: the kernel closes it with its process, so kill -9 leaves no false holder,
// and a dead claim can be removed without harming a living one.
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'

const ANSWER_WAIT_MS = 1000
const ORPHAN_WAIT_MS = 4000
const STOPPING_WAIT_MS = 14000
const HALF_MADE_AGE_MS = 60000
const SOCKETS_UNKNOWN = new Set(['ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EPERM', 'ENOSYS'])

/** Longest path a unix socket may have on this system, in bytes. */
export const SOCKET_PATH_MAX = process.platform === 'darwin' ? 103 : 107

/** The data folder cannot be used; the message is one sentence for the operator. */
export class DataFolderError extends Error {
  name = 'DataFolderError'
}

/**
 * Creates the data folder when it is missing and proves that it can be written to; returns its real path.
 * @param {string} folder
 * @returns {string}
 */
export function prepareDataFolder(folder) {
  const wanted = path.resolve(folder)
  try {
    // Root's folder may be passed through, not read: on systems without /proc PostgreSQL's own user has to reach its part.
    makeFolder(wanted, isRoot() ? 0o711 : 0o700)
    const real = fs.realpathSync(wanted)
    const probe = path.join(real, `.write-check-${process.pid}-${randomBytes(4).toString('hex')}`)
    fs.writeFileSync(probe, 'ok')
    fs.unlinkSync(probe)
    return real
  } catch (cause) {
    throw new DataFolderError(
      `The data folder ${wanted} ${reasonFor(cause)}; set TOCSIN_DATA_DIR to a folder that Tocsin may write to.`,
      { cause },
    )
  }
}

// Node's own `recursive` never returns where an existing parent answers ENOENT, as /proc does.
function makeFolder(folder, mode) {
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = path.dirname(folder)
  if (parent !== folder) makeFolder(parent, mode)
  try {
    fs.mkdirSync(folder, { mode })
  } catch (cause) {
    // Another start may have made it meanwhile.
    if (cause.code !== 'EEXIST' || !fs.statSync(folder).isDirectory()) throw cause
  }
}

function reasonFor(cause) {
  const reasons = {
    ENOENT: 'cannot be made there',
    EACCES: 'cannot be written to by this user',
    EPERM: 'cannot be written to by this user',
    EROFS: 'is on a read-only file system',
    ENOSPC: 'is on a full disk',
    EDQUOT: 'is over its disk quota',
    ENOTDIR: 'is not a folder',
    EEXIST: 'is not a folder',
    ENAMETOOLONG: 'has a name that is too long',
  }
  return reasons[cause?.code] ?? `cannot be used (${cause?.code ?? cause?.message ?? cause})`
}

/**
 * A private folder with a short path that belongs to one data folder, for sockets whose own path would be too long.
 * @param {string} dataFolder
 * @param {{ uid: number, gid: number } | undefined} [owner]
 * @returns {string}
 */
export function shortFolderFor(dataFolder, owner) {
  const name = `tocsin-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)}`
  const base = Buffer.byteLength(os.tmpdir()) > 60 ? '/tmp' : os.tmpdir()
  const uid = owner?.uid ?? process.getuid?.() ?? 0
  // A stranger may have taken the name in a folder everybody can write to; the next name is tried then.
  for (let attempt = 0; attempt < 20; attempt++) {
    const folder = path.join(base, attempt === 0 ? name : `${name}-${attempt}`)
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = fs.lstatSync(folder)
    const ours = found.isDirectory() && (found.uid === uid || (isRoot() && found.uid === 0))
    if (!ours) continue
    if (owner && found.uid !== owner.uid) fs.chownSync(folder, owner.uid, owner.gid)
    fs.chmodSync(folder, 0o700)
    return folder
  }
  throw new DataFolderError(
    `No private folder for sockets can be made in ${base}; set TMPDIR to a folder of your own with a short path.`,
  )
}

/**
 * Takes the data folder for one family of processes (a launcher and its server), or says in one sentence who has it.
 * @param {string} folder a folder that exists
 * @param {{ role: 'launcher' | 'server' | 'alone', family?: string | undefined, isOrphan?: () => boolean }} options
 * @returns {Promise<{ family: string, stopping: () => void, release: () => void }>}
 */
export async function takeDataFolder(folder, options) {
  const real = fs.realpathSync(folder)
  const family = options.family ?? randomBytes(8).toString('hex')
  const began = performance.now()
  for (;;) {
    const claim = await makeClaim(real, family, options)
    const others = await livingClaims(claim, family)
    if (others.length === 0) {
      claim.state = 'held'
      const stopping = () => {
        claim.state = 'stopping'
      }
      return { family, stopping, release: () => withdraw(claim) }
    }
    withdraw(claim)
    const waited = performance.now() - began
    refuseOrGoOn(real, others, waited)
    await new Promise((resolve) => setTimeout(resolve, 40 + Math.random() * 120))
  }
}

function refuseOrGoOn(folder, others, waitedMs) {
  for (const other of others) {
    if (other.state === 'claiming') continue
    if (other.state === 'stopping' && waitedMs < STOPPING_WAIT_MS) continue
    const launched =
      other.role === 'server' && !others.some((it) => it.family === other.family && it.role === 'launcher')
    if (launched && other.state !== 'unknown') {
      // Its launcher was killed: it is about to notice, and is made to when it does not.
      if (waitedMs > ORPHAN_WAIT_MS) endProcess(other.pid)
      if (waitedMs < STOPPING_WAIT_MS) continue
    }
    const who = other.pid ? ` (process ${other.pid})` : ''
    throw new DataFolderError(
      `Tocsin is already running on the data folder ${folder}${who}; stop it first, or set TOCSIN_DATA_DIR to another folder.`,
    )
  }
  if (waitedMs > STOPPING_WAIT_MS) {
    throw new DataFolderError(`Another start of Tocsin on the data folder ${folder} does not finish; stop it first.`)
  }
}

function endProcess(pid) {
  if (!pid || pid === process.pid) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone, or belongs to somebody else; the next look tells.
  }
}

async function makeClaim(real, family, options) {
  const place = path.join(real, 'lock')
  try {
    return await claimIn(place, real, family, options)
  } catch (cause) {
    if (cause instanceof DataFolderError) throw cause
    if (!SOCKETS_UNKNOWN.has(cause?.code)) {
      throw new DataFolderError(
        `The data folder ${real} ${reasonFor(cause)}; set TOCSIN_DATA_DIR to a folder that Tocsin may write to.`,
        { cause },
      )
    }
    // Some shared and network file systems have no sockets.
    return await claimIn(path.join(shortFolderFor(real), 'lock'), real, family, options)
  }
}

async function claimIn(place, real, family, { role, isOrphan }) {
  fs.mkdirSync(place, { recursive: true, mode: 0o755 })
  if (isRoot()) {
    const owner = fs.statSync(real)
    fs.chownSync(place, owner.uid, owner.gid)
  }
  const claim = {
    place,
    fd: fs.openSync(place, fs.constants.O_RDONLY),
    name: `${family}.${role}.sock`,
    state: 'claiming',
    server: undefined,
  }
  claim.server = net.createServer((socket) => {
    socket.on('error', () => {})
    if (claim.state === 'held' && isOrphan?.()) claim.state = 'stopping'
    socket.end(`${JSON.stringify({ pid: process.pid, state: claim.state })}\n`)
  })
  claim.server.unref()
  const half = `.${family}.${role}.new`
  try {
    await new Promise((resolve, reject) => {
      claim.server.once('error', reject)
      atPlace(claim, half, (at) => claim.server.listen({ path: at, readableAll: true, writableAll: true }, resolve))
    })
    // Named only once it listens: a claim that refuses a connection is dead, never merely young.
    fs.renameSync(path.join(place, half), path.join(place, claim.name))
  } catch (cause) {
    fs.closeSync(claim.fd)
    claim.server.close()
    throw cause
  }
  return claim
}

function withdraw(claim) {
  if (claim.state === 'withdrawn') return
  claim.state = 'withdrawn'
  fs.rmSync(path.join(claim.place, claim.name), { force: true })
  claim.server.close()
  fs.closeSync(claim.fd)
}

// The open folder, or the working folder where there is no /proc, keeps the socket's path short whatever the folder's is.
function atPlace(claim, name, use) {
  const at = path.join(claim.place, name)
  if (Buffer.byteLength(at) <= SOCKET_PATH_MAX) return use(at)
  if (process.platform === 'linux') return use(`/proc/self/fd/${claim.fd}/${name}`)
  const before = process.cwd()
  process.chdir(claim.place)
  try {
    return use(name)
  } finally {
    process.chdir(before)
  }
}

async function livingClaims(claim, family) {
  const found = []
  for (const name of fs.readdirSync(claim.place)) {
    const [theirs, role, end] = name.split('.')
    if (name.startsWith('.')) removeHalfMade(claim, name)
    else if (end === 'sock' && theirs !== family) found.push(askClaim(claim, name, theirs, role))
  }
  return (await Promise.all(found)).filter((it) => it !== undefined)
}

function removeHalfMade(claim, name) {
  const file = path.join(claim.place, name)
  const found = fs.statSync(file, { throwIfNoEntry: false })
  if (found && Date.now() - found.mtimeMs > HALF_MADE_AGE_MS) fs.rmSync(file, { force: true })
}

function askClaim(claim, name, family, role) {
  return new Promise((resolve) => {
    let text = ''
    const living = (answer) => resolve({ family, role, state: 'unknown', ...answer })
    const socket = atPlace(claim, name, (at) => net.connect({ path: at }))
    socket.setTimeout(ANSWER_WAIT_MS, () => {
      socket.destroy()
      living({})
    })
    socket.on('data', (chunk) => (text += chunk))
    socket.on('end', () => {
      try {
        living(JSON.parse(text))
      } catch {
        living({})
      }
    })
    socket.on('error', (cause) => {
      if (cause.code === 'ECONNREFUSED') fs.rmSync(path.join(claim.place, name), { force: true })
      const gone = cause.code === 'ECONNREFUSED' || cause.code === 'ENOENT'
      // A reset came from a process that lived a moment ago; only a refusal or no file proves that it is gone.
      resolve(
        gone
          ? undefined
          : { family, role, state: cause.code === 'ECONNRESET' || cause.code === 'EPIPE' ? 'claiming' : 'unknown' },
      )
    })
  })
}

function isRoot() {
  return process.getuid?.() === 0
}
