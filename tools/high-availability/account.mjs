import fs from 'node:fs'
import { StopSentence } from '../setup/stop-sentence.mjs'

const UNPRIVILEGED = ['postgres', 'nobody']

/**
 * PostgreSQL refuses to run as root: root hands everything to `postgres`, or to `nobody`; null where we already are somebody else.
 * @returns {{ name: string, uid: number, gid: number } | null}
 */
export function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return null
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const wanted of UNPRIVILEGED) {
    const [name, , uid, gid] = (accounts.find((line) => line.startsWith(`${wanted}:`)) ?? '').split(':')
    if (name) return { name, uid: Number(uid), gid: Number(gid) }
  }
  throw new StopSentence(`PostgreSQL does not run as root, and there is neither ${UNPRIVILEGED.join(' nor ')} here.`)
}
