import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { nameIn } from './incident.ts'
import type { Letter } from './judge.ts'

/** A mail server of the outside world that remembers: its memory, and not our tables, says who was paged. */
export interface PostOffice {
  smtpUrl: string
  /** About one incident, in the order they came; those about none are under the empty name. */
  lettersAbout(name: string): readonly Letter[]
  /** What the last of them says; empty when there is none. */
  textAbout(name: string): string
  names(): string[]
  /** Nobody is there: connections are refused until it goes on. */
  pause(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

/** Opens a post office that takes every message; when `firstComesAgain`, it thinks so many milliseconds about the first and asks to bring it again. */
export async function openPostOffice(port: number, firstComesAgain?: { afterMs: number }): Promise<PostOffice> {
  const memory: Memory = { letters: new Map(), texts: new Map(), mustComeAgain: firstComesAgain ?? null }
  let server: SMTPServer | null = await listenOn(port, memory)
  const close = async () => {
    const closing = server
    server = null
    if (closing) await new Promise<void>((resolve) => closing.close(() => resolve()))
  }
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    lettersAbout: (name) => memory.letters.get(name) ?? [],
    textAbout: (name) => memory.texts.get(name) ?? '',
    names: () => [...memory.letters.keys()],
    pause: close,
    resume: async () => {
      server ??= await listenOn(port, memory)
    },
    close,
  }
}

interface Memory {
  letters: Map<string, Letter[]>
  texts: Map<string, string>
  mustComeAgain: { afterMs: number } | null
}

async function listenOn(port: number, memory: Memory): Promise<SMTPServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 500,
    onData(stream, session, done) {
      simpleParser(stream, { skipHtmlToText: true, skipTextToHtml: true }).then(
        ({ subject, messageId, text }) => {
          if (memory.mustComeAgain) {
            const { afterMs } = memory.mustComeAgain
            memory.mustComeAgain = null
            const refusal = Object.assign(new Error('Come back later.'), { responseCode: 451 })
            return void setTimeout(() => done(refusal), afterMs)
          }
          const incident = nameIn(subject ?? '')
          const about = memory.letters.get(incident) ?? []
          memory.letters.set(incident, about)
          memory.texts.set(incident, text ?? '')
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
