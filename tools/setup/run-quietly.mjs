import { spawn } from 'node:child_process'
import { StopSentence } from './stop-sentence.mjs'

const TAIL_LINES = 30

/**
 * Runs a program without showing its output; when it fails, its last words come with the sentence.
 * @param {[program: string, ...words: string[]]} command
 * @param {import('node:child_process').SpawnOptions} options
 * @param {{ absent: string, failed: string }} sentences
 * @returns {Promise<void>}
 */
export function runQuietly([program, ...words], options, sentences) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    // A command that is ended must not leave an installation running behind it.
    const endWithUs = () => void child.kill()
    process.once('exit', endWithUs)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
    child.on('error', () => reject(new StopSentence(sentences.absent)))
    child.on('close', (code) => {
      process.off('exit', endWithUs)
      if (code === 0) return resolve()
      const details = output.trim().split('\n').slice(-TAIL_LINES).join('\n')
      reject(new StopSentence(sentences.failed, { details }))
    })
  })
}
