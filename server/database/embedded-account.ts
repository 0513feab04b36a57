import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/** The unprivileged user PostgreSQL runs as when Tocsin runs as root. */
export type Account = { name: string; uid: number; gid: number }

/** Whom PostgreSQL runs as: nobody special for an ordinary user; for root the data's owner, else postgres, else nobody. */
export function chooseAccount(clusterFolder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const owner = fs.statSync(clusterFolder, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { name: `with id ${owner.uid}`, uid: owner.uid, gid: owner.gid }
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const uid = numberOf('-u', name)
    const gid = numberOf('-g', name)
    if (uid && gid !== undefined) return { name, uid, gid }
  }
  throw new Error(
    'PostgreSQL does not run as root and this machine has neither a user postgres nor nobody; set DATABASE_URL.',
  )
}

function numberOf(kind: '-u' | '-g', name: string): number | undefined {
  const answer = spawnSync('id', [kind, name], { encoding: 'utf8' })
  const text = answer.status === 0 ? answer.stdout.trim() : ''
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** Hands a folder and all in it to the account; a folder copied by root belongs to root, which PostgreSQL refuses. */
export function handOver(folder: string, account: Account): void {
  fs.lchownSync(folder, account.uid, account.gid)
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name)
    if (entry.isDirectory()) handOver(at, account)
    else fs.lchownSync(at, account.uid, account.gid)
  }
}
