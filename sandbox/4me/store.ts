import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../files.ts'
import { CannotStart } from '../settings.ts'
import { changeFaults, noFaults } from './faults.ts'
import type { State } from './model.ts'

const DELIVERIES_MAX = 1_000
const TICKETS_MAX = 5_000
const EXCEPTION_MAILS_MAX = 200

/** The account's memory, and its copy on disk. */
export interface Store {
  state: State
  /** Says that the state was changed; resolves when the change is on disk. */
  changed(): Promise<void>
  onChange(listener: () => void): void
  /** Forgets everything and starts again from a given state. */
  replace(state: State): Promise<void>
  close(): Promise<void>
}

/** Opens the account kept in a folder, or begins a new one. */
export async function openStore(folder: string, seed: () => State): Promise<Store> {
  const path = join(folder, '4me.json')
  const listeners: (() => void)[] = []
  let last: Promise<void> = Promise.resolve()
  let queued: Promise<void> | null = null

  function save(): Promise<void> {
    // Changes made while a copy is being written share the next one.
    if (queued) return queued
    const mine = last
      .catch(() => {})
      .then(() => {
        queued = null
        forgetOldest(store.state)
        return replaceFile(path, JSON.stringify(store.state))
      })
    queued = last = mine
    return mine
  }

  const store: Store = {
    state: (await readState(path)) ?? seed(),
    changed() {
      for (const listener of listeners) listener()
      return save()
    },
    onChange(listener) {
      listeners.push(listener)
    },
    replace(state) {
      Object.assign(store.state, state)
      return store.changed()
    },
    async close() {
      await save()
    },
  }
  await save()
  return store
}

async function readState(path: string): Promise<State | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  try {
    const state = JSON.parse(text) as State
    if (state.version === 1) return completed(state)
  } catch {}
  throw new CannotStart(`${path} is not the sandbox's own state file; move it away to start with a new account.`)
}

/** A file of an earlier sandbox knows nothing of what came since. */
function completed(state: State): State {
  const added = {
    supportDomains: [{ id: `${state.account.id}-it`, name: `${state.account.name} IT` }],
    chance: { seed: null, drawn: 0 },
    policies: [],
    hosts: [],
    exceptionMails: [],
  }
  return {
    ...added,
    ...state,
    lastId: { ...state.lastId, policy: state.lastId.policy ?? 0 },
    tickets: state.tickets.map((ticket) => ({ ...ticket, accountId: ticket.accountId ?? state.account.id })),
    webhooks: state.webhooks.map((webhook) => ({
      ...webhook,
      policyId: webhook.policyId ?? null,
      openIdConnectDiscovery: webhook.openIdConnectDiscovery ?? false,
    })),
    faults: changeFaults(noFaults(), state.faults),
  }
}

function forgetOldest(state: State): void {
  state.exceptionMails = state.exceptionMails.slice(-EXCEPTION_MAILS_MAX)
  if (state.deliveries.length > DELIVERIES_MAX) {
    let surplus = state.deliveries.length - DELIVERIES_MAX
    // What still has to be sent is never forgotten, however old it is.
    state.deliveries = state.deliveries.filter((delivery) => {
      const isOpen = ['waiting', 'withheld', 'sending'].includes(delivery.state)
      if (isOpen || surplus <= 0) return true
      surplus -= 1
      return false
    })
  }
  if (state.tickets.length > TICKETS_MAX) {
    state.tickets = state.tickets.slice(-TICKETS_MAX)
    const kept = new Set(state.tickets.map((ticket) => `${ticket.kind}${ticket.id}`))
    state.notes = state.notes.filter((note) => kept.has(`${note.kind}${note.ticketId}`))
    state.auditLines = state.auditLines.filter((line) => kept.has(`${line.kind}${line.ticketId}`))
  }
}
