import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { runQuietly } from '../setup/run-quietly.mjs'
import { StopSentence } from '../setup/stop-sentence.mjs'

const PACKAGES = ['postgresql', 'patroni', 'etcd-server', 'python3-etcd']
const POSTGRES_HOME = '/usr/lib/postgresql'
const ADVICE = `as root: apt-get install --no-install-recommends ${PACKAGES.join(' ')}`

/** @typedef {{ etcd: string, patroni: string, postgres: string, psql: string, binFolder: string }} Programs */

/**
 * Where Debian's etcd, Patroni and PostgreSQL are; root gets what is missing installed.
 * @param {{ step: ReturnType<typeof import('../setup/progress.mjs').createProgress>['step'] }} progress
 * @returns {Promise<Programs>}
 */
export async function ensurePrograms(progress) {
  const found = findPrograms()
  if (found) return found
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  if (!mayInstall) throw new StopSentence(`This needs Debian's PostgreSQL, Patroni and etcd; ${ADVICE}.`)
  await progress.step(`Installing ${PACKAGES.join(', ')}`, 'Packages installed', async (tell) => {
    tell('reading package lists')
    await aptGet('update')
    tell('downloading')
    await aptGet('install', '-y', '--no-install-recommends', '--no-upgrade', ...PACKAGES)
  })
  const installed = findPrograms()
  if (!installed) throw new StopSentence(`A program is still missing after the installation; ${ADVICE}.`)
  return installed
}

function findPrograms() {
  const binFolder = newestPostgres()
  if (!binFolder) return null
  const programs = {
    etcd: '/usr/bin/etcd',
    patroni: '/usr/bin/patroni',
    postgres: path.join(binFolder, 'postgres'),
    psql: path.join(binFolder, 'psql'),
  }
  // Patroni starts without it and then says that there is no etcd.
  const hasDriver = fs.existsSync('/usr/lib/python3/dist-packages/etcd')
  return hasDriver && Object.values(programs).every((file) => fs.existsSync(file)) ? { ...programs, binFolder } : null
}

function newestPostgres() {
  if (!fs.existsSync(POSTGRES_HOME)) return null
  const versions = fs.readdirSync(POSTGRES_HOME).filter((name) => /^\d+$/.test(name))
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? null : path.join(POSTGRES_HOME, newest, 'bin')
}

function aptGet(...words) {
  const sentence = `The packages could not be installed; ${ADVICE}.`
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return runQuietly(['apt-get', ...words], { env }, { absent: sentence, failed: sentence })
}
