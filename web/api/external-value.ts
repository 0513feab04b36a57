import { useSyncExternalStore } from 'react'

/** A value outside React that components may follow. */
export class ExternalValue<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get(): T {
    return this.#value
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of this.#listeners) listener()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

/** The value now, and again whenever it changes. */
export function useExternalValue<T>(source: ExternalValue<T>): T {
  return useSyncExternalStore(source.subscribe, () => source.get())
}
