import net from 'node:net'
import { HOST } from './configuration.mjs'

// Below the ports that outgoing connections take, so that a member which is started again finds its own free.
const PORT_MIN = 20_000
const PORT_MAX = 32_000
const TRIES_MAX = 200

/**
 * Ports of loopback that nobody listens on.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function pickPorts(count) {
  const picked = new Set()
  for (let tries = 0; picked.size < count; tries++) {
    if (tries === TRIES_MAX) throw new Error('There are no free ports.')
    const port = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN))
    if (await isFree(port)) picked.add(port)
  }
  return [...picked]
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen({ host: HOST, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
