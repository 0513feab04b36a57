import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { nameIn } from './incident.ts'

/** A mail server of the outside world that only counts: how many pages came about each incident. */
export interface PostOffice {
  smtpUrl: string
  pagesFor(name: string): number
  close(): Promise<void>
}

export async function openPostOffice(port: number): Promise<PostOffice> {
  const pages = new Map<string, number>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 500,
    onData(stream, _session, done) {
      simpleParser(stream, { skipHtmlToText: true, skipTextToHtml: true }).then(
        (mail) => {
          const name = nameIn(mail.subject ?? '')
          pages.set(name, (pages.get(name) ?? 0) + 1)
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
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    pagesFor: (name) => pages.get(name) ?? 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
