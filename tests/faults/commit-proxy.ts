import { type AddressInfo, createConnection, createServer, type NetConnectOpts, type Socket } from 'node:net'
import type { Dice } from './dice.ts'
import { doneIn, statementIn, WireMessages } from './wire-messages.ts'

/** A way to PostgreSQL on which commits go wrong. */
export interface CommitProxy {
  host: string
  port: number
  /** From now on; before, everything passes. */
  arm(): void
  disarm(): void
  counts: CommitCounts
  close(): Promise<void>
}

export interface CommitCounts {
  /** Commits of transactions that wrote something. */
  seen: number
  /** Of these, cut off before the server got them: nothing happened. */
  before: number
  /** Of these, cut off after the server did them: it happened, and nobody was told. */
  after: number
}

/** How many of a hundred commits go wrong in either way (invariants.md F8). */
export const LOST_COMMITS_PERCENT = 5
/** The variable that sends the journeys' engine through a proxy, and seeds it. */
export const LOST_COMMITS_SEED = 'JOURNEYS_LOST_COMMITS_SEED'
/** What they begin the line with that tells, as JSON, how many there were. */
export const LOST_COMMITS_TOLD = 'Lost commits: '

interface ProxyOptions {
  to: NetConnectOpts
  dice: Dice
  /** How many of a hundred commits are cut off before the server, and how many after it. */
  percent: number
}

const HOST = '127.0.0.1'
const COMMIT = /^\s*commit\s*;?\s*$/i
const WROTE = /^(?:INSERT|UPDATE|DELETE|MERGE)\b.* [1-9]\d*$/
const ENDED = /^(?:COMMIT|ROLLBACK)$/

/** Opens a proxy in front of a PostgreSQL without TLS. Transactions that only read are left alone: there is nothing to lose. */
export async function openCommitProxy({ to, dice, percent }: ProxyOptions): Promise<CommitProxy> {
  const counts: CommitCounts = { seen: 0, before: 0, after: 0 }
  const pairs = new Set<Socket>()
  let isArmed = false

  const fate = (): 'before' | 'after' | 'none' => {
    counts.seen += 1
    if (!isArmed) return 'none'
    if (dice.percent(percent)) return 'before'
    return dice.percent(percent) ? 'after' : 'none'
  }

  const server = createServer((client) => {
    const upstream = createConnection(to)
    const cut = () => {
      for (const socket of [client, upstream]) socket.destroy()
    }
    for (const socket of [client, upstream]) {
      pairs.add(socket)
      socket.setNoDelay(true)
      socket.on('error', cut)
      socket.on('close', () => pairs.delete(socket))
    }
    client.on('end', () => upstream.end())
    upstream.on('end', () => client.end())

    const said = new WireMessages('client')
    const answered = new WireMessages('server')
    let hasWritten = false
    let isToldOfCommit = true
    client.on('data', (piece) => {
      for (const message of said.take(piece)) {
        if (hasWritten && COMMIT.test(statementIn(message) ?? '')) {
          const what = fate()
          if (what === 'before') {
            counts.before += 1
            return cut()
          }
          isToldOfCommit = what === 'none'
        }
        upstream.write(message.bytes)
      }
    })
    upstream.on('data', (piece) => {
      for (const message of answered.take(piece)) {
        const done = doneIn(message) ?? ''
        if (done === 'COMMIT' && !isToldOfCommit) {
          counts.after += 1
          return cut()
        }
        if (WROTE.test(done)) hasWritten = true
        if (ENDED.test(done)) hasWritten = false
        client.write(message.bytes)
      }
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, HOST, resolve)
  })
  return {
    host: HOST,
    port: (server.address() as AddressInfo).port,
    arm() {
      isArmed = true
    },
    disarm() {
      isArmed = false
    },
    counts,
    async close() {
      for (const socket of pairs) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
