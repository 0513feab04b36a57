import { setTimeout as wait } from 'node:timers/promises'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { addressOf, explainListenError, portOf } from '../listen.ts'
import { type SmtpFaults, takeSmtpFault } from './faults.ts'
import type { Mailbox } from './mailbox.ts'

const SIZE_BYTES_MAX = 5 * 1024 * 1024

export interface SmtpOptions {
  host: string
  port: number
  mailbox: Mailbox
  faults: () => SmtpFaults
  /** Called when counting used a fault up. */
  onFault: () => void
  now: () => Date
}

export interface RunningSmtp {
  url: string
  /** Drops the conversations that hang. */
  release(): void
  close(): Promise<void>
}

/** Starts a mail server that takes every mail for everybody, unless a fault says otherwise. */
export async function startSmtp({ host, port, mailbox, faults, onFault, now }: SmtpOptions): Promise<RunningSmtp> {
  const decided = new WeakMap<SMTPServerSession, SmtpFaults>()
  const hanging = new Set<SMTPServerSession>()
  const closing = new AbortController()

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: SIZE_BYTES_MAX,
    closeTimeout: 500,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anybody' }),
    onMailFrom(_address, session, done) {
      decided.set(session, takeSmtpFault(faults()))
      onFault()
      done()
    },
    onRcptTo(_address, session, done) {
      const fault = decided.get(session)
      if (fault?.mode === 'temporary') {
        done(refusal(fault.code, 'Temporarily refused by the sandbox, try again later'))
        // A real server that says 421 hangs up.
        if (fault.code === 421) setTimeout(() => hangUp(session), 50)
      } else if (fault?.mode === 'permanent') done(refusal(550, 'Refused by the sandbox for good'))
      else done()
    },
    onData(stream, session, done) {
      receive(stream, session).then(
        (isAnswered) => isAnswered && done(),
        (error: unknown) => done(error as Error),
      )
    },
  })
  server.on('error', () => {})

  /** True when the mail is safe and the sender may be told so. */
  async function receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<boolean> {
    const fault = decided.get(session)
    if (fault?.mode === 'drop') {
      hangUp(session)
      return false
    }
    const parts: Buffer[] = []
    for await (const part of stream) parts.push(part as Buffer)
    if (stream.sizeExceeded) throw refusal(552, 'The message is too large for the sandbox')
    if (fault?.mode === 'hang') {
      hanging.add(session)
      return false
    }
    if (fault?.mode === 'slow') await wait(fault.slowMs, undefined, { signal: closing.signal })
    const { mailFrom, rcptTo } = session.envelope
    const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map((one) => one.address) }
    await mailbox.keep(Buffer.concat(parts), envelope, now())
    if (fault?.mode !== 'drop-after') return true
    hangUp(session)
    return false
  }

  function hangUp(session: SMTPServerSession): void {
    for (const connection of server.connections as Set<{ session: SMTPServerSession; _socket: { destroy(): void } }>) {
      if (connection.session.id === session.id) connection._socket.destroy()
    }
  }

  const release = () => {
    for (const session of hanging) hangUp(session)
    hanging.clear()
  }

  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(port, host, resolve)
  }).catch((error: unknown) => {
    throw explainListenError(error, "the inbox's mail server", host, port, 'INBOX_SMTP_PORT')
  })
  return {
    url: addressOf('smtp', host, portOf(server.server.address(), port)),
    release,
    async close() {
      closing.abort()
      release()
      await new Promise<void>((resolve) => server.close(resolve))
    },
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
