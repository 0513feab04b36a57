import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { workshop } from './places.mjs'

/**
 * A new folder to work in; what killed commands left of that name is removed. Only for the one whose turn it is.
 * @param {string} name
 * @returns {string}
 */
export function emptyWorkFolder(name) {
  for (const entry of fs.readdirSync(workshop)) {
    if (entry.startsWith(`${name}-`)) fs.rmSync(path.join(workshop, entry), { recursive: true, force: true })
  }
  const folder = path.join(workshop, `${name}-${randomBytes(4).toString('hex')}`)
  fs.mkdirSync(folder)
  return folder
}

/**
 * Puts a finished folder in the place of an old one, so that nobody ever meets half of it.
 * @param {string} finished
 * @param {string} place
 */
export function replaceFolder(finished, place) {
  const old = path.join(workshop, `old-${randomBytes(4).toString('hex')}`)
  fs.mkdirSync(path.dirname(place), { recursive: true })
  const hadOne = fs.existsSync(place)
  if (hadOne) fs.renameSync(place, old)
  fs.renameSync(finished, place)
  if (hadOne) fs.rmSync(old, { recursive: true, force: true })
}
