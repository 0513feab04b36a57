import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { findNode } from './node.mjs'
import { packages, root, webApp, workshop } from './places.mjs'
import { emptyWorkFolder, replaceFolder } from './replace-folder.mjs'
import { runQuietly } from './run-quietly.mjs'
import { inTurn } from './turn.mjs'

const stamp = path.join(workshop, 'web-app-built-from')

/**
 * Builds the web app when it is missing or older than its sources.
 * @param {ReturnType<typeof import('./progress.mjs').createProgress>} progress
 */
export async function ensureWebApp(progress) {
  const wanted = hashSources()
  if (isFresh(wanted)) return
  await progress.step('Building the web app', 'Web app built', (tell) =>
    inTurn(
      async () => {
        if (!isFresh(wanted)) await build(wanted)
      },
      () => tell('waiting for another start to finish'),
    ),
  )
}

function isFresh(wanted) {
  const has = fs.existsSync(path.join(webApp, 'index.html')) && fs.existsSync(stamp)
  return has && fs.readFileSync(stamp, 'utf8') === wanted
}

async function build(wanted) {
  const folder = emptyWorkFolder('web')
  try {
    await runVite(folder)
    fs.rmSync(stamp, { force: true })
    replaceFolder(folder, webApp)
    fs.writeFileSync(stamp, wanted)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function runVite(outDir) {
  const vite = path.join(packages, 'vite', 'bin', 'vite.js')
  const words = [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn']
  // Whatever the operator runs the server as, people get the app without React's development checks.
  const env = { ...process.env, NODE_ENV: 'production' }
  return runQuietly(
    [findNode(), ...words],
    { cwd: root, env },
    {
      absent: 'The web app could not be built: Node cannot be started.',
      failed: 'The web app could not be built; the reason stands above.',
    },
  )
}

function hashSources() {
  const hash = createHash('sha256')
  const files = [
    ...filesBelow('web').filter((file) => !/\.test\.tsx?$/.test(file)),
    ...filesBelow('server').filter((file) => path.basename(file) === 'schema.ts'),
    'vite.config.ts',
    'tsconfig.web.json',
    'package-lock.json',
  ]
  for (const file of files) hash.update(`${file}\0`).update(fs.readFileSync(path.join(root, file)))
  return `${hash.digest('hex')}\n`
}

function filesBelow(folder) {
  return fs
    .readdirSync(path.join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = `${folder}/${entry.name}`
      return entry.isDirectory() ? filesBelow(file) : [file]
    })
}
