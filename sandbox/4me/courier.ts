import { Agent, request } from 'undici'
import { uuidOf } from './chance.ts'
import type { Message } from './envelope.ts'
import type { Delivery, ReceivingHost, State, Webhook } from './model.ts'
import { sealedBody } from './policies.ts'
import type { Store } from './store.ts'

const TIMEOUT_MS = 10_000
const ATTEMPTS_MAX = 10
const FAILURES_MAX = 20
/** 4me does not publish its schedule, only that it grows; ours doubles from this. */
const FIRST_RETRY_MS = 10_000
const REORDER_WINDOW_MS = 400
/** How many failures in a row throttle a server is not published; nor for how long. */
const HOST_FAILURES_MAX = 50
const THROTTLE_MS = 5 * 60_000
const MAIL_EVERY_MS = 20 * 60_000
const SENDING_MAX = 50
/** How often the clock is asked whether a retry is due; a test's clock may jump at any moment. */
const TURN_MS = 50

export interface Enqueued {
  test?: boolean
  redeliveryOf?: Delivery
}

/** Brings messages to the addresses of webhooks, again and again until they are taken or given up. */
export interface Courier {
  enqueue(webhook: Webhook, message: Message, how?: Enqueued): Delivery
  redeliver(delivery: Delivery): Delivery | null
  /** Sends what was withheld. */
  release(): number
  /** Takes up what a former process left. */
  resume(): void
  /** Forgets what was not sent yet to a webhook. */
  drop(webhook: Webhook, event?: string): void
  close(): Promise<void>
}

export interface CourierOptions {
  store: Store
  now: () => Date
  timeScale: () => number
  /** Who signed messages are from. */
  origin: () => string
  timeoutMs?: number | undefined
}

/** Opens a courier for an account. */
export function createCourier({ store, now, timeScale, origin, timeoutMs = TIMEOUT_MS }: CourierOptions): Courier {
  // A connection for each call: a receiver that was restarted must not look like one that fails.
  const agent = new Agent({ pipelining: 0, connect: { timeout: timeoutMs } })
  const timers = new Map<string, NodeJS.Timeout>()
  const notDueYet = new Set<Delivery>()
  const closing = new AbortController()
  let reordered: Delivery[] = []
  let sendingCount = 0
  const line: (() => void)[] = []
  const { state } = store

  function webhookOf(delivery: Delivery): Webhook | undefined {
    return state.webhooks.find((webhook) => webhook.id === delivery.webhookId)
  }

  function schedule(delivery: Delivery): void {
    const { faults } = state
    if (isWithheld(delivery)) {
      delivery.state = 'withheld'
      return
    }
    delivery.state = 'waiting'
    if (!isDue(delivery)) {
      notDueYet.add(delivery)
      return
    }
    if (faults.webhooks.reordered && delivery.attempt === 1) {
      if (reordered.length === 0) later('reordered', REORDER_WINDOW_MS, () => void sendReordered())
      reordered.push(delivery)
      return
    }
    if (faults.webhooks.slowMs <= 0) start(delivery)
    else later(delivery.id, faults.webhooks.slowMs, () => start(delivery))
  }

  let counted = 0
  function isWithheld(delivery: Delivery): boolean {
    const { withheld, withheldEvents, withheldPercent } = state.faults.webhooks
    if (!withheld) return false
    if (withheldEvents !== 'all' && !delivery.event.endsWith(`.${withheldEvents}`)) return false
    counted += 1
    return (counted * withheldPercent) % 100 < withheldPercent
  }

  function isDue(delivery: Delivery): boolean {
    const throttledUntil = hostOf(delivery.uri)?.throttledUntil ?? null
    const dueAt = Math.max(Date.parse(delivery.dueAt), throttledUntil === null ? 0 : Date.parse(throttledUntil))
    return dueAt <= now().getTime()
  }

  function hostOf(uri: string): ReceivingHost | undefined {
    const { host } = new URL(uri)
    return state.hosts.find((one) => one.host === host)
  }

  const turning = setInterval(() => {
    for (const delivery of notDueYet) {
      if (delivery.state === 'waiting' && !isDue(delivery)) continue
      notDueYet.delete(delivery)
      if (delivery.state === 'waiting') schedule(delivery)
    }
  }, TURN_MS)

  function start(delivery: Delivery): void {
    send(delivery).catch((error: unknown) => console.error('sandbox: a delivery failed', error))
  }

  function later(key: string, ms: number, act: () => void): void {
    clearTimeout(timers.get(key))
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key)
        act()
      }, ms),
    )
  }

  async function sendReordered(): Promise<void> {
    const batch = reordered.reverse()
    reordered = []
    for (const delivery of batch) await send(delivery)
  }

  async function send(delivery: Delivery): Promise<void> {
    if (sendingCount >= SENDING_MAX) await new Promise<void>((turn) => line.push(turn))
    sendingCount += 1
    try {
      if (!closing.signal.aborted && delivery.state === 'waiting') await attempt(delivery)
    } finally {
      sendingCount -= 1
      line.shift()?.()
    }
  }

  async function attempt(delivery: Delivery): Promise<void> {
    const webhook = webhookOf(delivery)
    if (!webhook || !mayHear(webhook, delivery)) {
      delivery.state = 'dropped'
      keep()
      return
    }
    const { headers, duplicate } = state.faults.webhooks
    delivery.state = 'sending'
    delivery.requestHeaders = headersOf(delivery, headers, delivery.redeliveryOf)
    const startedAt = performance.now()
    const body = sealedBody(state, webhook, delivery.body, origin(), now())
    const answer = await post(delivery, body)
    // Stopped in the middle: the next process sends it again, as after any crash.
    if (closing.signal.aborted) return
    if (duplicate === 'same-uuid' && delivery.attempt === 1) await post(delivery, body)
    if (duplicate === 'new-uuid' && delivery.attempt === 1 && !copies.has(delivery)) {
      const copy = createDelivery(webhook, delivery, {})
      copies.add(copy)
      schedule(copy)
    }
    Object.assign(delivery, answer, {
      completedAt: now().toISOString(),
      durationMs: Math.round(performance.now() - startedAt),
    })
    // Removed while its message was on the way: nobody is left to try again for.
    if (webhookOf(delivery) !== webhook) {
      delivery.state = 'dropped'
      keep()
      return
    }
    webhook.lastDeliveryId = delivery.id
    const status = delivery.responseStatus
    if (status !== null && status >= 200 && status <= 299) succeed(delivery, webhook)
    else fail(delivery, webhook)
    keep()
  }

  const copies = new WeakSet<Delivery>()

  function succeed(delivery: Delivery, webhook: Webhook): void {
    delivery.state = 'succeeded'
    webhook.consecutiveFailures = 0
    webhook.lastError = null
    const host = hostOf(delivery.uri)
    if (host) Object.assign(host, { consecutiveFailures: 0, throttledUntil: null })
  }

  function fail(delivery: Delivery, webhook: Webhook): void {
    delivery.state = 'failed'
    webhook.consecutiveFailures += 1
    webhook.lastError = delivery.error ?? `The receiver answered ${delivery.responseStatus}`
    if (webhook.consecutiveFailures >= FAILURES_MAX && state.faults.webhooks.autoDisable) {
      webhook.disabled = true
      webhook.lastError = `Disabled after ${FAILURES_MAX} consecutive failures. ${webhook.lastError}`
    }
    countHostFailure(delivery, webhook)
    tellOwner(webhook, `Webhook #${webhook.id} failed – ${webhook.name}`, webhook.lastError)
    if (delivery.test || webhook.disabled || delivery.attempt >= ATTEMPTS_MAX) return
    if (isStaleVerification(delivery, webhook)) return
    const waitMs = (FIRST_RETRY_MS * 2 ** (delivery.attempt - 1)) / timeScale()
    const retry = createDelivery(webhook, delivery, {
      attempt: delivery.attempt + 1,
      dueAt: new Date(now().getTime() + waitMs).toISOString(),
      retryOf: delivery.id,
      redeliveryOf: delivery.redeliveryOf,
    })
    delivery.retriedBy = retry.id
    schedule(retry)
  }

  /** Too many failures of one server spare it, with every webhook that points at it. */
  function countHostFailure(delivery: Delivery, webhook: Webhook): void {
    const { host } = new URL(delivery.uri)
    const known = hostOf(delivery.uri) ?? { host, consecutiveFailures: 0, throttledUntil: null }
    if (!state.hosts.includes(known)) state.hosts.push(known)
    known.consecutiveFailures += 1
    if (known.consecutiveFailures < HOST_FAILURES_MAX || !state.faults.webhooks.throttle) return
    known.throttledUntil = new Date(now().getTime() + THROTTLE_MS / timeScale()).toISOString()
    const sharing = state.webhooks.filter((one) => URL.canParse(one.uri) && new URL(one.uri).host === host)
    tellOwner(
      webhook,
      `Webhook #${webhook.id} throttled – ${webhook.name}`,
      `Too many failures of ${host}. Its webhooks: ${sharing.map((one) => `#${one.id}`).join(', ')}.`,
    )
  }

  function tellOwner(webhook: Webhook, subject: string, text: string): void {
    const isRecent = state.exceptionMails.some(
      (mail) => mail.webhookId === webhook.id && Date.parse(mail.at) > now().getTime() - MAIL_EVERY_MS,
    )
    if (isRecent && !subject.includes('throttled')) return
    const administrators = state.people.filter((one) => one.isAdministrator).map((one) => one.email)
    state.exceptionMails.push({
      at: now().toISOString(),
      webhookId: webhook.id,
      to: webhook.mailExceptionsTo || administrators.join(', '),
      subject,
      text,
    })
  }

  function createDelivery(
    webhook: Webhook,
    message: { event: string; body: string; link: string },
    some: Partial<Delivery>,
  ): Delivery {
    const at = now().toISOString()
    const delivery: Delivery = {
      id: uuidOf(state),
      webhookId: webhook.id,
      name: webhook.name,
      event: message.event,
      state: 'waiting',
      test: false,
      attempt: 1,
      createdAt: at,
      dueAt: at,
      completedAt: null,
      durationMs: null,
      retryOf: null,
      retriedBy: null,
      redeliveryOf: null,
      redeliveredBy: [],
      uri: webhook.uri,
      link: message.link,
      body: message.body,
      requestHeaders: {},
      responseStatus: null,
      responseHeaders: {},
      error: null,
      ...some,
    }
    state.deliveries.push(delivery)
    return delivery
  }

  async function post(delivery: Delivery, body: string): Promise<Partial<Delivery>> {
    try {
      const answer = await request(withoutCredentials(delivery.uri), {
        method: 'POST',
        headers: { ...delivery.requestHeaders, ...credentialsOf(delivery.uri) },
        body,
        dispatcher: agent,
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), closing.signal]),
      })
      answer.body.dump({ limit: 128 * 1024 }).catch(() => {})
      const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)])
      return { responseStatus: answer.statusCode, responseHeaders: Object.fromEntries(headers), error: null }
    } catch (error) {
      return { responseStatus: null, responseHeaders: {}, error: explain(error as Error, timeoutMs) }
    }
  }

  function keep(): void {
    store.changed().catch((error: unknown) => console.error('sandbox: the state could not be saved', error))
  }

  return {
    enqueue(webhook, message, how = {}) {
      const delivery = createDelivery(
        webhook,
        { event: message.event, body: JSON.stringify(message.body), link: message.link },
        { test: how.test ?? false, redeliveryOf: how.redeliveryOf?.id ?? null },
      )
      schedule(delivery)
      return delivery
    },
    redeliver(delivery) {
      const webhook = webhookOf(delivery)
      if (!webhook) return null
      const again = createDelivery(webhook, delivery, { redeliveryOf: delivery.id, test: delivery.test })
      delivery.redeliveredBy.push(again.id)
      schedule(again)
      return again
    },
    release() {
      const withheld = state.deliveries.filter((delivery) => delivery.state === 'withheld')
      for (const delivery of withheld) {
        delivery.state = 'waiting'
        later(delivery.id, 0, () => start(delivery))
      }
      return withheld.length
    },
    resume() {
      for (const delivery of state.deliveries) {
        if (delivery.state === 'waiting' || delivery.state === 'sending') schedule(delivery)
      }
    },
    drop(webhook, event) {
      for (const delivery of state.deliveries) {
        const isOpen = delivery.state === 'waiting' || delivery.state === 'withheld'
        if (delivery.webhookId !== webhook.id || !isOpen) continue
        if (event === undefined || delivery.event === event) delivery.state = 'dropped'
      }
    },
    async close() {
      closing.abort()
      clearInterval(turning)
      for (const timer of timers.values()) clearTimeout(timer)
      await agent.destroy()
    },
  }
}

function headersOf(
  delivery: Delivery,
  spelling: State['faults']['webhooks']['headers'],
  origin: string | null,
): Record<string, string> {
  const brand = spelling === 'xurrent' ? 'xurrent' : '4me'
  return {
    'Content-Type': 'application/json; charset=utf-8',
    'User-Agent': `${brand}/1.0 (https://developer.${brand}.com/v1/webhooks)`,
    Accept: '*/*',
    Link: delivery.link,
    ...(spelling === 'xurrent' ? {} : { 'X-4me-Delivery': delivery.id }),
    ...(spelling === '4me' ? {} : { 'x-xurrent-delivery': delivery.id }),
    ...(origin === null || spelling === 'xurrent' ? {} : { 'X-4me-Delivery-Origin': origin }),
    ...(origin === null || spelling === '4me' ? {} : { 'x-xurrent-delivery-origin': origin }),
  }
}

/** A webhook that is not active hears only of its verification and of tests. */
function mayHear(webhook: Webhook, delivery: Delivery): boolean {
  return delivery.test || delivery.event === 'webhook.verify' || (webhook.verified && !webhook.disabled)
}

/** True for a verification that was overtaken by a fresh code or by the callback itself. */
function isStaleVerification(delivery: Delivery, webhook: Webhook): boolean {
  if (delivery.event !== 'webhook.verify') return false
  return webhook.verified || !delivery.body.includes(webhook.verification?.code ?? '(none)')
}

function withoutCredentials(uri: string): string {
  const url = new URL(uri)
  url.username = ''
  url.password = ''
  return url.href
}

function credentialsOf(uri: string): Record<string, string> {
  const { username, password } = new URL(uri)
  if (username === '' && password === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

function explain(error: Error, timeoutMs: number): string {
  if (error.name === 'TimeoutError') return `No answer within ${timeoutMs / 1000} seconds`
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ECONNREFUSED' ? 'Connection refused' : (code ?? error.message)
}
