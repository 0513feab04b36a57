import fs from 'node:fs'
import path from 'node:path'
import { root } from '../setup/places.mjs'

/** At the top; below it these are ordinary names. */
const MADE = new Set(['dist', 'data', 'coverage', 'test-results', '.git'])

/**
 * Every file of the repository, as paths from its top.
 * @returns {string[]}
 */
export function repositoryFiles(folder = '') {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = folder ? `${folder}/${entry.name}` : entry.name
    if (entry.isDirectory()) return entry.name === 'node_modules' || MADE.has(file) ? [] : repositoryFiles(file)
    return entry.isFile() ? [file] : []
  })
}

/**
 * @param {string} file
 * @returns {string}
 */
export function readSource(file) {
  return fs.readFileSync(path.join(root, file), 'utf8')
}

/** Whether a file holds code that the checks can read. */
export function isCode(file) {
  return /\.(ts|tsx|mjs)$/.test(file)
}

/** Whether a file only ever runs under test. */
export function isTest(file) {
  return /\.test\.tsx?$/.test(file) || file.startsWith('tests/')
}
