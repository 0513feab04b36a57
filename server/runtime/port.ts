import { createServer } from 'node:net'

/** Throws what listening there would throw, such as `EADDRINUSE`: before anything slow is started for nothing. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  if (port === 0) return
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  await new Promise((resolve) => server.close(resolve))
}
