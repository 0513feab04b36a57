import { CannotStart, optionsFromCommand } from './settings.ts'
import { type RunningSandbox, startSandbox } from './start.ts'

const CLOSE_MS_MAX = 2_000

function fail(error: unknown): never {
  if (error instanceof CannotStart) console.error(error.message)
  else console.error('The sandbox failed.', error)
  process.exit(1)
}

function closeWhenTold(sandbox: RunningSandbox): void {
  let isClosing = false
  const stop = () => {
    if (isClosing) return
    isClosing = true
    setTimeout(() => process.exit(1), CLOSE_MS_MAX).unref()
    sandbox.close().then(() => process.exit(0), fail)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('disconnect', stop)
}

try {
  const sandbox = await startSandbox(optionsFromCommand(process.env, process.argv.slice(2)))
  closeWhenTold(sandbox)
  const { sandboxUrl, inboxUrl, smtpUrl } = sandbox
  // The parent may have gone while we started.
  if (process.send && !process.connected) process.emit('disconnect')
  else if (process.send) process.send({ kind: 'ready', sandboxUrl, inboxUrl, smtpUrl })
  else console.log(`4me sandbox    ${sandboxUrl}\nMessage inbox  ${inboxUrl}\nSMTP           ${smtpUrl}`)
} catch (error) {
  fail(error)
}
