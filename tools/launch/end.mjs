const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
// A terminal and npm both tell of one Ctrl-C.
const SAME_PRESS_MS = 1_000
const INTERRUPTED = 130
const PARENT_LOOK_MS = 500

/**
 * Listens for the wish to end. Until something runs, the command just ends; then it asks to stop, and when asked again it kills.
 */
export function listenForEnd() {
  let running
  let askedAt
  const onSignal = () => {
    if (!running) process.exit(INTERRUPTED)
    const now = performance.now()
    if (askedAt === undefined) {
      askedAt = now
      running.stop()
    } else if (now - askedAt > SAME_PRESS_MS) {
      running.kill()
      process.exit(INTERRUPTED)
    }
  }
  for (const signal of SIGNALS) process.on(signal, onSignal)
  endWithNpm(onSignal)
  // A closed terminal must not end the launcher before it has stopped the others.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const whenRunning = (it) => {
    running = it
  }
  return { whenRunning }
}

// Whoever kills npm means Tocsin; npm cannot tell its child of every way to die.
function endWithNpm(onEnd) {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onEnd()
  }, PARENT_LOOK_MS)
  timer.unref()
}
