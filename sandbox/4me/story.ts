import type { Desk } from './desk.ts'
import type { Person } from './model.ts'
import type { TicketInput } from './ticket-input.ts'
import type { Kind } from './vocabulary.ts'

interface Scene {
  kind: Kind
  by: number
  input: TicketInput
  /** What became of it before the morning. */
  afterwards: { by: number; input: TicketInput }[]
}

const HOWARD = 6
const ELLEN = 58
const MARCO = 61
const PRIYA = 64
const LUCY = 72
const TOM = 75
const NETWORK = 52
const SHOP = 53
const MAIL = 51
const WORKPLACE = 54

/** A night as operations know it: one real outage with its echo, and the rest. */
const NIGHT: readonly Scene[] = [
  {
    kind: 'request',
    by: TOM,
    input: {
      subject: 'Hand scanners in hall B lose the network',
      category: 'incident',
      impact: 'high',
      service_instance_id: NETWORK,
      note: 'Since 23:40 all scanners in hall B drop out every few minutes. Loading stands still.',
    },
    afterwards: [
      { by: MARCO, input: { status: 'accepted', internal_note: 'Access point group B restarts over and over.' } },
      { by: MARCO, input: { status: 'completed', completion_reason: 'solved', note: 'A faulty switch was replaced.' } },
    ],
  },
  {
    kind: 'request',
    by: LUCY,
    input: {
      subject: 'Web shop: checkout ends in an error',
      category: 'incident',
      impact: 'top',
      service_instance_id: SHOP,
      note: 'Customers call: after the payment they see “Something went wrong”.',
    },
    afterwards: [{ by: PRIYA, input: { status: 'in_progress', note: 'The payment provider answers with time-outs.' } }],
  },
  {
    kind: 'request',
    by: HOWARD,
    input: {
      subject: 'Web shop: order confirmations are late',
      category: 'incident',
      impact: 'medium',
      service_instance_id: SHOP,
      note: 'Mails arrive after forty minutes. Probably an echo of the checkout trouble.',
    },
    afterwards: [],
  },
  {
    kind: 'problem',
    by: PRIYA,
    input: {
      subject: 'Payment time-outs have no fallback',
      impact: 'high',
      service_id: 33,
      manager_id: HOWARD,
      note: 'Third incident this quarter in which the shop waits for the payment provider without an end.',
    },
    afterwards: [{ by: PRIYA, input: { status: 'analyzed', workaround: 'Switch the provider by hand.' } }],
  },
  {
    kind: 'request',
    by: ELLEN,
    input: {
      subject: 'Mailbox of the night shift is full',
      category: 'incident',
      impact: 'low',
      service_instance_id: MAIL,
      note: 'No further reports can be sent.',
    },
    afterwards: [
      { by: ELLEN, input: { status: 'completed', completion_reason: 'solved', note: 'Old reports were archived.' } },
    ],
  },
  {
    kind: 'request',
    by: LUCY,
    input: {
      subject: 'A second monitor for the new colleague',
      category: 'rfc',
      service_instance_id: WORKPLACE,
      note: 'By Monday, please.',
    },
    afterwards: [],
  },
]

/** Lives through a night at the desk, webhooks and all; returns how many records came of it. */
export async function tellNight(desk: Desk): Promise<number> {
  const person = (id: number): Person => {
    const found = desk.state.people.find((one) => one.id === id)
    if (!found) throw new Error(`The account has no person ${id}`)
    return found
  }
  for (const scene of NIGHT) {
    const saved = await desk.create(scene.kind, scene.input, person(scene.by))
    if (!saved.ok) throw new Error(`The night's story does not fit: ${JSON.stringify(saved.errors)}`)
    for (const step of scene.afterwards) {
      const changed = await desk.change(saved.ticket, step.input, person(step.by))
      if (!changed.ok) throw new Error(`The night's story does not fit: ${JSON.stringify(changed.errors)}`)
    }
  }
  return NIGHT.length
}
