/** Resolves at the first request to stop: a signal, or the launcher's end. Further ones change nothing. */
export function onStopRequest(): Promise<string> {
  // The launcher's pipes end with it; what is written then must not end us half-way.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
    process.once('disconnect', () => resolve('launcher gone'))
  })
}
