import net from 'node:net'
import { StopSentence } from '../setup/stop-sentence.mjs'

// What a killed start left behind takes a moment to notice and let go.
const PATIENCE_MS = 3_000
const LOOK_AGAIN_MS = 100

/**
 * Makes sure that every port is free, and picks one where any will do; returns the numbers by variable.
 * @param {{ name: string, port: number, hostName: string, host: string }[]} doors
 * @returns {Promise<Record<string, number>>}
 */
export async function freePorts(doors) {
  const began = performance.now()
  const found = await Promise.all(doors.map(async (door) => [door.name, await freePort(door, began)]))
  return Object.fromEntries(found)
}

async function freePort(door, began) {
  for (;;) {
    try {
      return await tryPort(door)
    } catch (cause) {
      const mayBeLetGo = cause.code === 'EADDRINUSE' && performance.now() - began < PATIENCE_MS
      if (!mayBeLetGo) throw new StopSentence(sentenceFor(door, cause))
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    }
  }
}

function tryPort({ host, port }) {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      const { port: number } = server.address()
      server.close(() => resolve(number))
    })
  })
}

function sentenceFor({ name, port, hostName, host }, cause) {
  const sentences = {
    EADDRINUSE: `Port ${port} on ${host} is taken by another program; set ${name} to a free port.`,
    EACCES: `This user may not listen on port ${port}; set ${name} to a port above 1023.`,
    EADDRNOTAVAIL: `${hostName} is ${host}, which is not an address of this machine.`,
    ENOTFOUND: `${hostName} is ${host}, a name that leads to no address.`,
    EAI_AGAIN: `${hostName} is ${host}, a name that leads to no address.`,
  }
  return sentences[cause.code] ?? `${name} ${port} on ${host} cannot be used (${cause.code ?? cause.message}).`
}
