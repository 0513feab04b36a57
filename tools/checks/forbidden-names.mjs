import { repositoryFiles } from './source-files.mjs'

const DRAWER = /^(utils?|helpers?|common|lib|misc|shared)$/

/**
 * Names that say nothing about what is inside.
 * @param {string[]} [files]
 * @returns {string[]}
 */
export function forbiddenNames(files = repositoryFiles()) {
  return files
    .filter((file) => file.split('/').some((part) => DRAWER.test(part.split('.')[0].split(/[-_]/).at(-1))))
    .map((file) => `${file} names a drawer; name the file or folder for what it holds.`)
}
