// Starts a PostgreSQL primary and its standby under Patroni and etcd on loopback, and stops them on Ctrl-C.
// docs/guides/high-availability.md explains every setting.
import { parseArgs } from 'node:util'
import { createProgress } from '../setup/progress.mjs'
import { printReason, StopSentence } from '../setup/stop-sentence.mjs'
import { unprivilegedAccount } from './account.mjs'
import { prepareFolder } from './folder.mjs'
import { startPair } from './pair.mjs'
import { ensurePrograms } from './programs.mjs'

const USAGE = 'Usage: node tools/high-availability/start.mjs [--folder DIR] [--asynchronous | --strict]'

async function main() {
  const { folder: named, asynchronous, strict } = readWords()
  const asked = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(undefined))
  })
  const progress = createProgress(1)
  const programs = await ensurePrograms(progress)
  const account = unprivilegedAccount()
  const folder = prepareFolder(named, account)
  try {
    const pair = await progress.step('Starting etcd, a primary and its standby', 'The standby follows', () =>
      startPair({ folder: folder.path, isSynchronous: !asynchronous, isStrict: strict, programs, account }),
    )
    const primary = await pair.primary()
    progress.say(`
  DATABASE_URL    ${pair.databaseUrl}
  Primary         ${primary?.name}, port ${primary?.port}
  Replication     ${asynchronous ? 'asynchronous' : `synchronous${strict ? ', strict' : ''}`}
  Members         patronictl -c ${folder.path}/one.yml list
  Logs            ${folder.path}/*.log

  Ctrl-C stops everything and removes the folder.`)
    await asked
    await progress.step('Stopping', 'Everything is stopped and removed', () => pair.stop())
  } finally {
    folder.remove()
  }
}

function readWords() {
  try {
    const { values } = parseArgs({
      options: {
        folder: { type: 'string' },
        asynchronous: { type: 'boolean', default: false },
        strict: { type: 'boolean', default: false },
      },
    })
    if (!(values.asynchronous && values.strict)) return values
  } catch {
    // Told below.
  }
  throw new StopSentence(USAGE)
}

try {
  await main()
} catch (cause) {
  printReason(cause)
  process.exitCode = 1
}
