import { resolve } from 'node:path'
import { type SandboxClock, startFourme } from './4me/server.ts'
import { prepareFolder } from './files.ts'
import { startInbox } from './inbox/server.ts'
import { completeOptions, type SandboxOptions } from './settings.ts'

export interface RunningSandbox {
  sandboxUrl: string
  inboxUrl: string
  smtpUrl: string
  close(): Promise<void>
}

/** Starts the pretend outside world: a 4me account and a message inbox. Port 0 takes any free one. */
export async function startSandbox(
  some: Partial<SandboxOptions> = {},
  clock: SandboxClock = {},
): Promise<RunningSandbox> {
  const options = completeOptions(some)
  options.dataDir = resolve(options.dataDir)
  await prepareFolder(options.dataDir)
  const inbox = await startInbox(options, clock.now ?? (() => new Date()))
  const fourme = await startFourme(options, clock).catch(async (error: unknown) => {
    await inbox.close()
    throw error
  })
  return {
    sandboxUrl: fourme.desk.origin(),
    inboxUrl: inbox.url,
    smtpUrl: inbox.smtpUrl,
    async close() {
      await Promise.all([fourme.close(), inbox.close()])
    },
  }
}
