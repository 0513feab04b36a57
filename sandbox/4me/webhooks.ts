import * as z from 'zod'
import { bytesOf } from './chance.ts'
import type { Courier } from './courier.ts'
import { messageOf, ruleMessage, testMessage, verifyMessage } from './envelope.ts'
import { type Delivery, nextId, type Person, type State, type Webhook } from './model.ts'
import { isAsymmetric } from './policies.ts'
import type { Mistake } from './ticket-input.ts'
import type { Happening } from './tickets.ts'
import { WEBHOOK_EVENTS } from './vocabulary.ts'

const VERIFY_SECONDS = 86_400

/** Fields as REST spells them; what is left out stays as it is. */
export const WebhookInput = z.object({
  name: z.string().max(128).nullable().optional(),
  event: z.string().optional(),
  uri: z.string().max(1_024).optional(),
  disabled: z.boolean().optional(),
  description: z
    .string()
    .max(64 * 1024)
    .nullable()
    .optional(),
  mail_exceptions_to: z.string().max(1_024).nullable().optional(),
  webhook_policy_id: z.number().int().positive().nullable().optional(),
  openid_connect_discovery: z.boolean().optional(),
})
export type WebhookInput = z.infer<typeof WebhookInput>

export type SavedWebhook = { ok: true; webhook: Webhook } | { ok: false; errors: Mistake[] }

/** What rules about webhooks need around them. */
export interface WebhookOffice {
  state: State
  courier: Courier
  origin: () => string
  now: () => Date
}

/** Saves a new webhook; asks its address to call back unless the address already did for another. */
export function createWebhook(office: WebhookOffice, input: WebhookInput, actor: Person): SavedWebhook {
  const at = office.now().toISOString()
  const blank: Webhook = {
    id: 0,
    name: '',
    event: '',
    uri: '',
    disabled: false,
    description: '',
    mailExceptionsTo: '',
    policyId: null,
    openIdConnectDiscovery: false,
    verified: false,
    verification: null,
    consecutiveFailures: 0,
    lastError: null,
    lastDeliveryId: null,
    createdById: actor.id,
    createdAt: at,
    updatedAt: at,
  }
  const webhook = applyInput(blank, input)
  const errors = mistakesOf(office.state, webhook)
  if (errors.length > 0) return { ok: false, errors }
  webhook.id = nextId(office.state, 'webhook')
  office.state.webhooks.push(webhook)
  verifyAgain(office, webhook, actor)
  return { ok: true, webhook }
}

/** Saves a change; another address, or any change before the first callback, needs a fresh verification. */
export function changeWebhook(
  office: WebhookOffice,
  webhook: Webhook,
  input: WebhookInput,
  actor: Person,
): SavedWebhook {
  const after = applyInput(webhook, input)
  const errors = mistakesOf(office.state, after)
  if (errors.length > 0) return { ok: false, errors }
  const needsVerification = !webhook.verified || webhook.uri !== after.uri
  if (webhook.disabled && !after.disabled) Object.assign(after, { consecutiveFailures: 0, lastError: null })
  Object.assign(webhook, after, { updatedAt: office.now().toISOString() })
  if (needsVerification) {
    webhook.verified = false
    verifyAgain(office, webhook, actor)
  }
  return { ok: true, webhook }
}

/** Sends a fresh code to an address that has not called back yet. */
export function resendVerification(office: WebhookOffice, webhook: Webhook, actor: Person): void {
  if (!webhook.verified) verifyAgain(office, webhook, actor)
}

/** Takes the callback. A repeated one is as good as the first. */
export function verifyWebhook(office: WebhookOffice, id: number, code: string, expiresAt: string): Webhook | null {
  const webhook = office.state.webhooks.find((one) => one.id === id)
  const verification = webhook?.verification
  if (!webhook || !verification) return null
  const isRight = verification.code === code && String(verification.expiresAt) === expiresAt
  const isInTime = office.now().getTime() < verification.expiresAt * 1_000
  if (!isRight || !isInTime) return null
  webhook.verified = true
  return webhook
}

/** Removes a webhook and what was still to be sent to it. */
export function removeWebhook(office: WebhookOffice, webhook: Webhook): void {
  office.courier.drop(webhook)
  office.state.webhooks = office.state.webhooks.filter((one) => one !== webhook)
}

/** Sends a test, also of a disabled webhook. */
export function testWebhook(office: WebhookOffice, webhook: Webhook, actor: Person): Delivery {
  const message = testMessage(office.state, webhook, office.origin(), actor)
  return office.courier.enqueue(webhook, message, { test: true })
}

/** Tells every active webhook what it was made for. */
export function publish(office: WebhookOffice, happenings: readonly Happening[]): void {
  for (const happening of happenings) {
    for (const webhook of activeFor(office.state, happening.event)) {
      office.courier.enqueue(webhook, messageOf(office.state, webhook, office.origin(), happening))
    }
  }
}

/** Tells the webhooks of automation rules what a rule decided to say. */
export function publishRule(office: WebhookOffice, ruleId: number, payload: Record<string, unknown>): void {
  for (const webhook of activeFor(office.state, 'automation_rule')) {
    office.courier.enqueue(webhook, ruleMessage(office.state, webhook, office.origin(), ruleId, payload))
  }
}

function activeFor(state: State, event: string): Webhook[] {
  return state.webhooks.filter((webhook) => webhook.event === event && webhook.verified && !webhook.disabled)
}

function verifyAgain(office: WebhookOffice, webhook: Webhook, actor: Person): void {
  const isKnownAddress = office.state.webhooks.some(
    (other) => other !== webhook && other.verified && other.uri === webhook.uri,
  )
  office.courier.drop(webhook, 'webhook.verify')
  webhook.verified = isKnownAddress
  webhook.verification = null
  if (isKnownAddress) return
  webhook.verification = {
    code: bytesOf(office.state, 18).toString('base64url'),
    expiresAt: Math.floor(office.now().getTime() / 1_000) + VERIFY_SECONDS,
  }
  office.courier.enqueue(webhook, verifyMessage(office.state, webhook, office.origin(), actor))
}

function applyInput(webhook: Webhook, input: WebhookInput): Webhook {
  const event = input.event ?? webhook.event
  return {
    ...webhook,
    event,
    name: (input.name === undefined ? webhook.name : input.name)?.trim() || event,
    uri: (input.uri ?? webhook.uri).trim(),
    disabled: input.disabled ?? webhook.disabled,
    description: input.description === undefined ? webhook.description : (input.description ?? ''),
    mailExceptionsTo:
      input.mail_exceptions_to === undefined ? webhook.mailExceptionsTo : (input.mail_exceptions_to ?? ''),
    policyId: input.webhook_policy_id === undefined ? webhook.policyId : input.webhook_policy_id,
    openIdConnectDiscovery: input.openid_connect_discovery ?? webhook.openIdConnectDiscovery,
  }
}

function mistakesOf(state: State, webhook: Webhook): Mistake[] {
  const mistakes: Mistake[] = []
  const policy = state.policies.find((one) => one.id === webhook.policyId)
  if (webhook.policyId !== null && !policy) mistakes.push(['webhook_policy', 'Webhook policy does not exist'])
  if (webhook.openIdConnectDiscovery && !isAsymmetric(policy?.algorithm ?? '')) {
    mistakes.push(['openid_connect_discovery', 'OpenID Connect Discovery needs a policy with an RS or ES algorithm'])
  }
  if (webhook.event === '') mistakes.push(['event', "Event can't be blank"])
  else if (!(WEBHOOK_EVENTS as readonly string[]).includes(webhook.event)) {
    mistakes.push(['event', 'Event is not included in the list'])
  }
  if (webhook.uri === '') mistakes.push(['uri', "URI can't be blank"])
  // The real one wants https in production; a receiver beside a sandbox often has none.
  else if (!URL.canParse(webhook.uri) || !/^https?:$/.test(new URL(webhook.uri).protocol)) {
    mistakes.push(['uri', 'URI is not a valid http or https address'])
  }
  return mistakes
}
