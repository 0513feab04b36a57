import type { AddressInfo } from 'node:net'
import { CannotStart } from './settings.ts'

/** Turns a failure to listen into one sentence that names the port and the variable to change. */
export function explainListenError(error: unknown, what: string, host: string, port: number, variable: string): Error {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') {
    return new CannotStart(`Port ${port} for ${what} is taken by another program; set ${variable} to a free one.`)
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new CannotStart(`${what} cannot listen on ${host}:${port} (${code}); change SANDBOX_HOST or ${variable}.`)
  }
  return error as Error
}

/** An address for people and programs on this machine; a wildcard host is reached by loopback. */
export function addressOf(protocol: string, host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `${protocol}://${name}:${port}`
}

/** The port a server got, where any free one was asked for. */
export function portOf(address: AddressInfo | string | null, asked: number): number {
  return typeof address === 'object' && address !== null ? address.port : asked
}
