import { prepareDataFolder, takeDataFolder } from '../../tools/data-folder-lock.mjs'

export type HeldFolder = { path: string; stopping: () => void; release: () => void }

/**
 * Makes the data folder when it is missing, and holds it until released, so that no second Tocsin works on it.
 * Throws one sentence for the operator where it cannot be written to or a living Tocsin has it.
 */
export async function holdDataFolder(dataDir: string): Promise<HeldFolder> {
  const path = prepareDataFolder(dataDir)
  return { path, ...(await takeDataFolder(path, role())) }
}

// The launcher holds the folder already and hands its family down.
function role(): Parameters<typeof takeDataFolder>[1] {
  const family = process.env.TOCSIN_LOCK_FAMILY
  return family ? { role: 'server', family, isOrphan: () => process.connected === false } : { role: 'alone' }
}
