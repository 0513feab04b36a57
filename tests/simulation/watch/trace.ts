/** A number for everything that happened, in order: the same seed must give the same. */
export class Trace {
  #low = 0xdeadbeef
  #high = 0x41c6ce57
  readonly #tell: ((line: string) => void) | null

  /** `tell`: hears every line, to look at one seed closely. */
  constructor(tell: ((line: string) => void) | null = null) {
    this.#tell = tell
  }

  add(line: string): void {
    this.#tell?.(line)
    for (let at = 0; at < line.length; at++) {
      const code = line.charCodeAt(at)
      this.#low = Math.imul(this.#low ^ code, 2_654_435_761)
      this.#high = Math.imul(this.#high ^ code, 1_597_334_677)
    }
    this.#low = Math.imul(this.#low ^ (this.#high >>> 15), 0x85ebca6b)
    this.#high = Math.imul(this.#high ^ (this.#low >>> 13), 0xc2b2ae35)
  }

  get hash(): string {
    return (this.#high >>> 0).toString(16).padStart(8, '0') + (this.#low >>> 0).toString(16).padStart(8, '0')
  }
}
