import { expect, test } from 'vitest'
import { doneIn, statementIn, WireMessages } from './wire-messages.ts'

const words = (text: string) => Buffer.from(`${text}\0`)

function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(4 + body.length)
  return Buffer.concat([Buffer.from(type), length, body])
}

/** What a client says: hello, a statement, a prepared statement. */
const said = [
  message('', Buffer.concat([Buffer.from([0, 3, 0, 0]), words('user'), words('tocsin'), Buffer.from([0])])),
  message('Q', words('begin')),
  message('P', Buffer.concat([words('name'), words('commit'), Buffer.from([0, 0])])),
]

test.each([1, 3, 7, 1_000])('finds every message in pieces of %i bytes', (size) => {
  const stream = Buffer.concat(said)
  const reader = new WireMessages('client')
  const found = []
  for (let at = 0; at < stream.length; at += size) found.push(...reader.take(stream.subarray(at, at + size)))
  expect(found.map(({ bytes }) => bytes.toString('hex'))).toEqual(said.map((bytes) => bytes.toString('hex')))
  expect(found.map(statementIn)).toEqual([null, 'begin', 'commit'])
})

test('says what a server did', () => {
  const [authenticated, done] = new WireMessages('server').take(
    Buffer.concat([message('R', Buffer.alloc(4)), message('C', words('COMMIT'))]),
  )
  expect([authenticated, done].map((one) => one && doneIn(one))).toEqual([null, 'COMMIT'])
})
