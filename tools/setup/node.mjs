import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { packages } from './places.mjs'
import { StopSentence } from './stop-sentence.mjs'

const MAJOR_MIN = 24
// Node 24's first releases still call type stripping experimental on every start.
const QUIET = '--disable-warning=ExperimentalWarning'

/**
 * The Node that runs Tocsin's TypeScript: the one npm installed, else this one when it is new enough.
 * @returns {string}
 */
export function findNode() {
  const installed = path.join(packages, '.bin', 'node')
  const answer = spawnSync(installed, ['--version'], { encoding: 'utf8' })
  if (answer.status === 0 && majorOf(answer.stdout) >= MAJOR_MIN) return installed
  if (majorOf(process.version) >= MAJOR_MIN) return process.execPath
  throw new StopSentence(
    `No Node ${MAJOR_MIN} is packaged for ${process.platform}-${process.arch} here; start Tocsin with Node ${MAJOR_MIN} or newer (this is ${process.version}).`,
  )
}

/** Arguments that make Node run a TypeScript file without remarks. */
export function nodeArguments(file, ...rest) {
  return [QUIET, file, ...rest]
}

/**
 * Runs this very command again on the packaged Node when it was started by an older one; returns when nothing is to do.
 * @param {string} file
 */
export function continueOnPackagedNode(file) {
  if (majorOf(process.version) >= MAJOR_MIN) return
  const ignored = () => {}
  // The terminal tells both; the inner one answers.
  process.on('SIGINT', ignored)
  const { status, signal } = spawnSync(findNode(), nodeArguments(file, ...process.argv.slice(2)), { stdio: 'inherit' })
  process.exit(status ?? (signal ? 130 : 1))
}

function majorOf(version) {
  return Number(version.trim().replace(/^v/, '').split('.')[0])
}
