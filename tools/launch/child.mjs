import { spawn } from 'node:child_process'
import readline from 'node:readline'
import { findNode, nodeArguments } from '../setup/node.mjs'
import { root } from '../setup/places.mjs'

const STDERR_LINES = 40

/**
 * Starts one of Tocsin's programs. It says `{ kind: 'ready', … }` when it is, and ends by itself when the launcher is gone:
 * the channel between them closes with either of them.
 * @param {{ file: string, env: NodeJS.ProcessEnv, onLine?: ((line: string) => void) | undefined, onErrorLine?: (line: string) => void }} options
 */
export function startChild({ file, env, onLine, onErrorLine }) {
  const child = spawn(findNode(), nodeArguments(file), {
    cwd: root,
    env,
    stdio: ['ignore', onLine ? 'pipe' : 'inherit', onLine ? 'pipe' : 'inherit', 'ipc'],
  })
  const lastLines = []
  eachLine(child.stdout, (line) => onLine?.(line))
  eachLine(child.stderr, (line) => {
    lastLines.push(line)
    if (lastLines.length > STDERR_LINES) lastLines.shift()
    onErrorLine?.(line)
  })
  const ready = new Promise((resolve) => {
    child.on('message', (message) => {
      if (message?.kind === 'ready') resolve(message)
    })
  })
  const ended = new Promise((resolve) => {
    child.once('error', (cause) => resolve({ code: 1, lastWords: `${cause.message}`, hasSpoken: false }))
    // A program that writes to the terminal itself has said why it ended, unless it was killed.
    child.once('close', (code) =>
      resolve({ code: code ?? 1, lastWords: lastWords(lastLines), hasSpoken: !onLine && code !== null }),
    )
  })
  return { pid: child.pid, ready, ended, stop: (patienceMs) => stop(child, ended, patienceMs), kill: () => kill(child) }
}

function eachLine(stream, use) {
  if (stream) readline.createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', use)
}

// One sentence where the program wrote one; everything where it fell over.
function lastWords(lines) {
  const isFall = lines.some((line) => /^\s+at /.test(line))
  return isFall ? lines.join('\n') : (lines.findLast((line) => line.trim() !== '') ?? '')
}

async function stop(child, ended, patienceMs) {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => kill(child), patienceMs)
  await ended
  clearTimeout(timer)
}

function kill(child) {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
}
