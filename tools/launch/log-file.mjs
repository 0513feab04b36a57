import fs from 'node:fs'

const BYTES_MAX = 10_000_000

/**
 * A file that lines are added to; the one before is kept as `.1` when it has grown too long.
 * @param {string} file
 * @returns {(line: string) => void}
 */
export function openLogFile(file) {
  let bytes = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
  return (line) => {
    try {
      if (bytes > BYTES_MAX) {
        fs.renameSync(file, `${file}.1`)
        bytes = 0
      }
      fs.appendFileSync(file, `${line}\n`, { mode: 0o600 })
      bytes += Buffer.byteLength(line) + 1
    } catch {
      // A full disk must not stop the alarms; the server reports it for itself.
    }
  }
}

const LOUD = new Set(['warn', 'error', 'fatal'])

/**
 * What a person at the terminal should see of a log line: nothing of the everyday ones.
 * @param {string} line
 * @returns {string | undefined}
 */
export function loudLine(line) {
  let entry
  try {
    entry = JSON.parse(line)
  } catch {
    return line
  }
  const { level, time, msg, err, ...facts } = entry ?? {}
  if (level === undefined) return line
  if (!LOUD.has(level)) return undefined
  const told = Object.entries(facts).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  const reason = err?.message ?? err
  return [String(time ?? '').slice(11, 19), level, msg, ...told, ...(reason ? [reason] : [])].join(' ')
}
