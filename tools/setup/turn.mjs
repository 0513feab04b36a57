import fs from 'node:fs'
import { takeDataFolder } from '../data-folder-lock.mjs'
import { workshop } from './places.mjs'
import { StopSentence } from './stop-sentence.mjs'

const LOOK_AGAIN_MS = 250
const PATIENCE_MS = 900_000

/**
 * Runs `work` while no other command of this clone installs or builds; a killed one leaves nothing behind.
 * @template T
 * @param {() => Promise<T>} work
 * @param {() => void} [onWaiting]
 * @returns {Promise<T>}
 */
export async function inTurn(work, onWaiting) {
  try {
    fs.mkdirSync(workshop, { recursive: true })
    fs.accessSync(workshop, fs.constants.W_OK)
  } catch {
    throw new StopSentence(`Tocsin cannot set itself up in ${workshop}: this user may not write there.`)
  }
  const began = performance.now()
  const claim = await waitForClaim(began, onWaiting)
  try {
    return await work()
  } finally {
    claim.release()
  }
}

async function waitForClaim(began, onWaiting) {
  for (;;) {
    try {
      return await takeDataFolder(workshop, { role: 'alone' })
    } catch (cause) {
      if (cause?.name !== 'DataFolderError') throw cause
      if (performance.now() - began > PATIENCE_MS) {
        throw new StopSentence(
          `Another command is still setting up this clone; stop it first (it works in ${workshop}).`,
        )
      }
      onWaiting?.()
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    }
  }
}
