import { createServer } from 'node:net'

// Below the ports that outgoing connections take: a caller who knocks at a dead server must never meet himself.
const PORT_MIN = 20_000
const PORT_MAX = 32_000
/** Test files that run side by side each look in their own part: what is being started again keeps its port. */
const PARTS = 4
const TRIES_MAX = 100

/** A port of this machine that nobody listens on, and that stays so while what listened there is started again. */
export async function freePort(): Promise<number> {
  const size = Math.floor((PORT_MAX - PORT_MIN) / PARTS)
  const from = PORT_MIN + (Number(process.env.VITEST_POOL_ID ?? 0) % PARTS) * size
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = from + Math.floor(Math.random() * size)
    if (await isFree(port)) return port
  }
  throw new Error('There is no free port.')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
