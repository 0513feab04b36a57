/** One message of PostgreSQL's protocol, and the bytes it came as. */
interface WireMessage {
  /** `Q`, `P`, `C`…; empty for what a client says first. */
  type: string
  body: Buffer
  bytes: Buffer
}

const LENGTH_BYTES = 4

/** Cuts one direction of a connection into messages (PostgreSQL's documentation, 54.2 and 54.7). */
export class WireMessages {
  #rest: Buffer = Buffer.alloc(0)
  #hasType: boolean

  /** A client's first message has no type byte; everything else has. */
  constructor(from: 'client' | 'server') {
    this.#hasType = from === 'server'
  }

  /** Every message that is complete with this piece. */
  take(piece: Buffer): WireMessage[] {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    const messages: WireMessage[] = []
    for (let message = this.#next(); message; message = this.#next()) messages.push(message)
    return messages
  }

  #next(): WireMessage | null {
    const at = this.#hasType ? 1 : 0
    const head = at + LENGTH_BYTES
    if (this.#rest.length < head) return null
    const end = at + this.#rest.readInt32BE(at)
    if (end < head) throw new Error('This is not the protocol of PostgreSQL.')
    if (this.#rest.length < end) return null
    const bytes = this.#rest.subarray(0, end)
    this.#rest = this.#rest.subarray(end)
    const type = this.#hasType ? String.fromCharCode(bytes[0] ?? 0) : ''
    this.#hasType = true
    return { type, body: bytes.subarray(head), bytes }
  }
}

/** The statement that a client asks for by this message, in either of the protocol's ways; null when it asks for none. */
export function statementIn({ type, body }: WireMessage): string | null {
  if (type === 'Q') return textAt(body, 0)
  // A Parse begins with the name of what it prepares.
  if (type === 'P') return textAt(body, body.indexOf(0) + 1)
  return null
}

/** What a server says a statement did, as `UPDATE 2` or `COMMIT`; null for other messages. */
export function doneIn({ type, body }: WireMessage): string | null {
  return type === 'C' ? textAt(body, 0) : null
}

function textAt(body: Buffer, start: number): string {
  return body.toString('utf8', start, body.indexOf(0, start))
}
