import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { nameIn } from './incident.ts'
import type { Letter } from './judge.ts'

/** A mail server of the outside world that remembers: its memory, and not our tables, says who was paged. */
export interface PostOffice {
  smtpUrl: string
  /** About one incident, in the order they came; those about none are under the empty name. */
  lettersAbout(name: string): readonly Letter[]
  names(): string[]
  /** Nobody is there: connections are refused until it goes on. */
  pause(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

/** Opens a post office that takes every message. */
export async function openPostOffice(port: number): Promise<PostOffice> {
  const letters = new Map<string, Letter[]>()
  let server: SMTPServer | null = await listenOn(port, letters)
  const close = async () => {
    const closing = server
    server = null
    if (closing) await new Promise<void>((resolve) => closing.close(() => resolve()))
  }
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    lettersAbout: (name) => letters.get(name) ?? [],
    names: () => [...letters.keys()],
    pause: close,
    resume: async () => {
      server ??= await listenOn(port, letters)
    },
    close,
  }
}

async function listenOn(port: number, letters: Map<string, Letter[]>): Promise<SMTPServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 500,
    onData(stream, session, done) {
      simpleParser(stream, { skipHtmlToText: true, skipTextToHtml: true }).then(
        ({ subject, messageId }) => {
          const incident = nameIn(subject ?? '')
          const about = letters.get(incident) ?? []
          letters.set(incident, about)
          for (const { address } of session.envelope.rcptTo)
            about.push({ at: Date.now(), to: address, incident, messageId: messageId ?? '' })
          done()
        },
        (cause: unknown) => done(cause as Error),
      )
    },
  })
  // Whoever is killed in the middle of a conversation just hangs up.
  server.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return server
}
