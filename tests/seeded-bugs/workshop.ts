import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { repositoryFiles } from '../../tools/checks/source-files.mjs'
import { packages, root } from '../../tools/setup/places.mjs'
import type { Edit } from './bug.ts'

/** A copy of the working tree, so that a bug is never in the tree itself. */
export interface Workshop {
  folder: string
  /** For whatever the tests put into the folder for temporary files. */
  temporary: string
  /** Makes the edits, lets `work` run, and takes them back. */
  withEdits<T>(edits: readonly Edit[], work: () => Promise<T>): Promise<T>
  remove(): void
}

/** Copies the sources; packages are shared. */
export function openWorkshop(): Workshop {
  // Short: PostgreSQL's sockets live below it, and their paths have a limit.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bugs-'))
  const temporary = path.join(folder, 'tmp')
  fs.mkdirSync(temporary)
  for (const file of repositoryFiles()) {
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true })
    fs.copyFileSync(path.join(root, file), path.join(folder, file))
  }
  fs.symlinkSync(fs.realpathSync(packages), path.join(folder, 'node_modules'), 'dir')
  return {
    folder,
    temporary,
    withEdits: async (edits, work) => {
      const files = [...new Set(edits.map(({ file }) => file))].map((file) => path.join(folder, file))
      const before = files.map((file) => fs.readFileSync(file, 'utf8'))
      try {
        for (const edit of edits) {
          const file = path.join(folder, edit.file)
          fs.writeFileSync(file, edited(fs.readFileSync(file, 'utf8'), edit))
        }
        return await work()
      } finally {
        for (const [index, file] of files.entries()) fs.writeFileSync(file, before[index] ?? '')
      }
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  }
}

/** The text with the edit made; throws unless what is looked for stands in it exactly once. */
export function edited(text: string, { file, find, replace }: Edit): string {
  const [before, after, ...others] = text.split(find)
  if (before === undefined || after === undefined || others.length > 0) {
    const times = text.split(find).length - 1
    throw new Error(`${file} has this ${times} times, not once, so the bug is not there to be made:\n${find}`)
  }
  return before + replace + after
}
