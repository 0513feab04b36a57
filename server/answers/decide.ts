/** What somebody says in reply to a message. */
export type Reply =
  | { kind: 'answer'; verb: 'accept' | 'resolve' | 'escalate'; alertId: number | null }
  | { kind: 'comment'; text: string; alertId: number | null }
  /** The person wants no more messages there. */
  | { kind: 'stop' }
  | { kind: 'unclear' }

const WORDS: Record<'accept' | 'resolve' | 'escalate', readonly string[]> = {
  accept: ['1', '4', 'a', 'accept', 'ack', 'acknowledge', 'ok', 'okay', 'yes', 'ja', 'annehmen', 'angenommen'],
  resolve: ['2', '6', 'r', 'resolve', 'resolved', 'done', 'fixed', 'erledigt', 'gelöst', 'behoben'],
  escalate: ['3', 'e', 'escalate', 'next', 'weiter', 'eskalieren'],
}
const COMMENT_WORDS = /^(?:note|comment|notiz|kommentar)(?:[:\s]+|$)/i
/** The words that gateways and laws know. */
const STOP_WORDS = ['stop', 'stopall', 'unsubscribe', 'cancel', 'end', 'quit', 'stopp']
const REFERENCE = /^#?(\d{1,15})\b/

/** Reads a reply in words or digits: `1`, `accept #12`, `2 12`, `note #12 on my way`. Pure; anything else is unclear. */
export function readReply(said: string): Reply {
  const text = said.normalize('NFC').trim().replace(/\s+/g, ' ')
  const words = text.toLowerCase().replace(/[.!]+$/, '')
  if (STOP_WORDS.includes(words)) return { kind: 'stop' }
  const asked = COMMENT_WORDS.exec(text)
  if (asked) {
    const rest = text.slice(asked[0].length)
    const marked = /^#(\d{1,15})\b[:\s]*/.exec(rest)
    const comment = rest.slice(marked?.[0].length ?? 0).trim()
    return comment === ''
      ? { kind: 'unclear' }
      : { kind: 'comment', text: comment, alertId: marked ? Number(marked[1]) : null }
  }
  const [first = '', ...others] = words.split(' ')
  const verb = (Object.keys(WORDS) as (keyof typeof WORDS)[]).find((one) => WORDS[one].includes(first))
  if (!verb) return { kind: 'unclear' }
  const rest = others.join(' ')
  if (rest === '') return { kind: 'answer', verb, alertId: null }
  const reference = REFERENCE.exec(rest)
  // "ok I will call them" accepts nothing: only a bare word, or one with an alert's number, does.
  return reference && rest.length === reference[0].length
    ? { kind: 'answer', verb, alertId: Number(reference[1]) }
    : { kind: 'unclear' }
}

/** The verb of a key on a telephone. */
export function verbOfKey(digits: string): 'accept' | 'resolve' | 'escalate' | null {
  return digits === '1' ? 'accept' : digits === '2' ? 'resolve' : digits === '3' ? 'escalate' : null
}

/** What a telephone gateway's word for a message or call means; null: nothing new. */
export function receiptOf(status: string): { state: 'DELIVERED' | 'ANSWERED' | 'UNDELIVERED'; reason: string } | null {
  switch (status) {
    case 'delivered':
    case 'read':
      return { state: 'DELIVERED', reason: '' }
    case 'in-progress':
    case 'answered':
    case 'completed':
      return { state: 'ANSWERED', reason: '' }
    case 'failed':
    case 'undelivered':
      return { state: 'UNDELIVERED', reason: 'the gateway could not deliver it.' }
    case 'busy':
      return { state: 'UNDELIVERED', reason: 'the line is busy.' }
    case 'no-answer':
      return { state: 'UNDELIVERED', reason: 'nobody picked up.' }
    case 'canceled':
      return { state: 'UNDELIVERED', reason: 'the call was cancelled.' }
    default:
      return null
  }
}
