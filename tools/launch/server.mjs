import path from 'node:path'
import { startChild } from './child.mjs'
import { loudLine, openLogFile } from './log-file.mjs'

const STOP_MS = 15_000
const LOCAL = ['127.0.0.1', 'localhost']

/**
 * Starts the server; in the demo it is introduced to the sandbox and its everyday log goes to a file.
 * @param {{ settings: ReturnType<typeof import('./settings.mjs').readLaunchSettings>, dataDir: string, family: string | undefined,
 *   ports: Record<string, number>, publicUrl?: string | undefined, say: (line: string) => void }} options
 */
export function startServer({ settings, dataDir, family, ports, publicUrl, say }) {
  const env = {
    ...process.env,
    PORT: String(ports.PORT),
    TOCSIN_DATA_DIR: dataDir,
    TOCSIN_DEMO: settings.isDemo ? '1' : '0',
    ...(family ? { TOCSIN_LOCK_FAMILY: family } : {}),
    ...(settings.isDemo ? introduction(ports) : {}),
    ...(publicUrl ? { TOCSIN_PUBLIC_URL: process.env.TOCSIN_PUBLIC_URL || publicUrl } : {}),
  }
  const log = settings.isDemo ? openLogFile(path.join(dataDir, 'tocsin.log')) : undefined
  const onLine =
    log &&
    ((line) => {
      log(line)
      const loud = loudLine(line)
      if (loud !== undefined) say(loud)
    })
  const child = startChild({ file: 'server/main.ts', env, onLine, onErrorLine: log })
  return { ...child, stop: () => child.stop(STOP_MS) }
}

/** The demo's messages end on the pretend phone of the inbox. */
function phoneChannels(inbox) {
  const gateway = { kind: 'TWILIO', url: inbox, accountSid: 'ACdemo', authToken: 'demo-token', from: '+431000000' }
  return {
    SMS: gateway,
    VOICE: gateway,
    TELEGRAM: { botToken: '1000:demo-bot-token', url: inbox },
    NTFY: { url: `${inbox}/ntfy` },
    SLACK: { botToken: 'xoxb-demo-token', url: `${inbox}/slack` },
  }
}

function introduction(ports) {
  const allowed = [process.env.TOCSIN_OUTBOUND_ALLOW?.trim(), ...LOCAL].filter(Boolean)
  return {
    TOCSIN_SANDBOX_URL: `http://127.0.0.1:${ports.SANDBOX_PORT}`,
    TOCSIN_INBOX_URL: `http://127.0.0.1:${ports.INBOX_PORT}`,
    SMTP_URL: process.env.SMTP_URL?.trim() || `smtp://127.0.0.1:${ports.INBOX_SMTP_PORT}`,
    TOCSIN_OUTBOUND_ALLOW: allowed.join(','),
    TOCSIN_CHANNELS:
      process.env.TOCSIN_CHANNELS?.trim() || JSON.stringify(phoneChannels(`http://127.0.0.1:${ports.INBOX_PORT}`)),
  }
}
