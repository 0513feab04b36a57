import { host } from '../time/host.ts'

export * from 'node:crypto'

/** By the chance of the process that asks, so that the same seed makes the same ids. */
export const randomUUID = () => host().uuid()
