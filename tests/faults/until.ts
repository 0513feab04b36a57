import { setTimeout as pause } from 'node:timers/promises'

const LOOK_AGAIN_MS = 20

/** Looks again and again until there is something to see, and returns it; throws when that takes too long. */
export async function until<T>(
  what: string | (() => string),
  withinMs: number,
  look: () => Promise<T | false | null | undefined> | T | false | null | undefined,
): Promise<T> {
  const began = performance.now()
  for (;;) {
    const seen = await look()
    if (seen !== false && seen !== null && seen !== undefined) return seen
    if (performance.now() - began > withinMs) {
      throw new Error(`Not within ${withinMs} ms: ${typeof what === 'string' ? what : what()}.`)
    }
    await pause(LOOK_AGAIN_MS)
  }
}
