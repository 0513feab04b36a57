import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const READY_MS_MAX = 120_000
const STOP_MS_MAX = 20_000

export interface Started {
  tocsinUrl: string
  sandboxUrl: string
  inboxUrl: string
  signInUrl: string
  stop(): Promise<void>
}

/** What `npm start` runs, on free ports and a data folder of its own; reads the addresses that it prints for people. */
export async function npmStart(env: Record<string, string> = {}): Promise<Started> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tocsin-start-'))
  const child = spawn(process.execPath, [path.join(root, 'tools/start.mjs')], {
    cwd: root,
    env: {
      ...process.env,
      PORT: '0',
      SANDBOX_PORT: '0',
      INBOX_PORT: '0',
      INBOX_SMTP_PORT: '0',
      TOCSIN_DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = async () => {
    await end(child)
    fs.rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    const said = await announcement(child)
    const address = (name: string) => new RegExp(`${name}\\s+(http\\S+)`).exec(said)?.[1] ?? ''
    return {
      tocsinUrl: address('Tocsin'),
      sandboxUrl: address('4me sandbox'),
      inboxUrl: address('Message inbox'),
      signInUrl: address('First sign-in'),
      stop,
    }
  } catch (cause) {
    await stop()
    throw cause
  }
}

function announcement(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => reject(new Error(`npm start is not ready:\n${said}`)), READY_MS_MAX)
    const hear = (chunk: Buffer) => {
      said += chunk.toString()
      if (!said.includes('Ctrl-C')) return
      clearTimeout(timer)
      resolve(said)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`npm start ended with ${code}:\n${said}`))
    })
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
  await ended
  clearTimeout(timer)
}
