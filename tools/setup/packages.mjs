import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { packages, root } from './places.mjs'

const stamp = path.join(packages, '.tocsin-installed')

/** Whether everything the lockfile names for this platform is installed. */
export function packagesAreFresh() {
  const wanted = wantedStamp()
  if (readText(stamp) === wanted) return true
  if (!lockfilesAgree()) return false
  stampPackages(packages)
  return true
}

/**
 * Notes in a folder of packages which lockfile they came from.
 * @param {string} folder
 */
export function stampPackages(folder) {
  try {
    fs.writeFileSync(path.join(folder, path.basename(stamp)), wantedStamp())
  } catch {
    // A clone that cannot be written to is compared again next time.
  }
}

/** How many packages the lockfile names for this platform. */
export function packagesExpected() {
  return Object.entries(readLock(path.join(root, 'package-lock.json'))).filter(([, it]) => fits(it)).length
}

function wantedStamp() {
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'))
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`
}

// Somebody who ran npm by hand has what is needed too; npm writes its own record when it has finished.
function lockfilesAgree() {
  const installed = readLock(path.join(packages, '.package-lock.json'))
  const wanted = Object.entries(readLock(path.join(root, 'package-lock.json')))
  return wanted.every(([place, it]) => !fits(it) || installed[place]?.version === it.version)
}

/** @returns {Record<string, { version?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[] }>} */
function readLock(file) {
  const text = readText(file)
  const { '': _project, ...others } = text ? JSON.parse(text).packages : {}
  return others
}

// What is optional on every platform belongs to packages for other platforms, and is left out with them.
function fits({ os, cpu, libc, optional }) {
  if (libc || (optional && !os)) return false
  return (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch))
}

function readText(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined
}
