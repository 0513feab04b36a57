import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { StopSentence } from '../setup/stop-sentence.mjs'

/**
 * An empty folder that the account may work in; a new one among the temporary ones when none is named.
 * @param {string | undefined} named
 * @param {{ uid: number, gid: number } | null} account
 */
export function prepareFolder(named, account) {
  const folder = named === undefined ? fs.mkdtempSync(path.join(os.tmpdir(), 'tocsin-pair-')) : path.resolve(named)
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (fs.readdirSync(folder).length > 0)
    throw new StopSentence(`${folder} is not empty; name a new or an empty folder.`)
  if (account) fs.chownSync(folder, account.uid, account.gid)
  return { path: folder, remove: () => fs.rmSync(folder, { recursive: true, force: true }) }
}
