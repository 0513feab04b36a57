import { spawn } from 'node:child_process'
import path from 'node:path'
import { packages, root } from '../setup/places.mjs'

/**
 * A check that is a program of its own: silent when it is content, otherwise its output is the reason.
 * @param {string} script below node_modules, or below the repository when it starts with ./
 * @param {...string} words
 * @returns {() => Promise<string[]>}
 */
export function program(script, ...words) {
  const file = script.startsWith('./') ? path.join(root, script) : path.join(packages, script)
  return () =>
    new Promise((resolve) => {
      const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }
      const child = spawn(process.execPath, [file, ...words], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
      child.on('error', (cause) => resolve([cause.message]))
      child.on('close', (code) => resolve(code === 0 ? [] : [output.trim() || `It ended with code ${code}.`]))
    })
}
