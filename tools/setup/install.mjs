import fs from 'node:fs'
import path from 'node:path'
import { packagesAreFresh, packagesExpected, stampPackages } from './packages.mjs'
import { packages, root } from './places.mjs'
import { emptyWorkFolder, replaceFolder } from './replace-folder.mjs'
import { runQuietly } from './run-quietly.mjs'
import { inTurn } from './turn.mjs'

const LOOK_MS = 500
// Development packages build the web app, also where NODE_ENV says production.
const CLEAN_INSTALL = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=warn']
const NEEDED_BY_NPM = ['package.json', 'package-lock.json', '.npmrc']
const MOUNTED = new Set(['EBUSY', 'EXDEV', 'EPERM'])

/**
 * Installs the packages when they are missing or not the lockfile's.
 * @param {ReturnType<typeof import('./progress.mjs').createProgress>} progress
 */
export async function ensurePackages(progress) {
  if (packagesAreFresh()) return
  await progress.step('Installing packages', 'Packages installed', (tell) =>
    inTurn(
      async () => {
        if (!packagesAreFresh()) await install(tell)
      },
      () => tell('waiting for another start to finish'),
    ),
  )
}

// Beside, then moved: a Tocsin running from this clone keeps its packages until the new ones are complete.
async function install(tell) {
  const folder = emptyWorkFolder('install')
  for (const file of NEEDED_BY_NPM) fs.copyFileSync(path.join(root, file), path.join(folder, file))
  const made = path.join(folder, 'node_modules')
  try {
    await runNpm(folder, tell)
    stampPackages(made)
    replaceFolder(made, packages)
  } catch (cause) {
    if (!MOUNTED.has(cause?.code)) throw cause
    await runNpm(root, tell)
    stampPackages(packages)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function runNpm(folder, tell) {
  const [program, ...first] = npmCommand()
  const expected = packagesExpected()
  const counting = setInterval(() => {
    const count = Math.min(countPackages(path.join(folder, 'node_modules')), expected)
    tell(`${count} of ${expected}`, count / expected)
  }, LOOK_MS)
  return runQuietly(
    [program, ...first, ...CLEAN_INSTALL],
    { cwd: folder },
    {
      absent: 'npm cannot be started; install npm, or put it on the PATH.',
      failed: 'npm could not install the packages; its last words stand above.',
    },
  ).finally(() => clearInterval(counting))
}

function npmCommand() {
  const script = process.env.npm_execpath
  const isNpm = script !== undefined && /npm-cli\.[cm]?js$/.test(script) && fs.existsSync(script)
  return isNpm ? [process.execPath, script] : ['npm']
}

function countPackages(folder) {
  try {
    return fs
      .readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .reduce((sum, name) => sum + (name.startsWith('@') ? fs.readdirSync(path.join(folder, name)).length : 1), 0)
  } catch {
    return 0
  }
}
