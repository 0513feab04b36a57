import type { Delivery, Webhook } from '../model.ts'
import type { Mistake } from '../ticket-input.ts'
import { WEBHOOK_EVENTS } from '../vocabulary.ts'
import { checkField, errorBox, selectField, textArea, textField } from './form.ts'
import { type Content, type Html, html } from './html.ts'
import { live, orDash, page, pageHead, time, type Visit } from './page.ts'

const SETTINGS: [string, string] = ['/settings', 'Settings']
const WEBHOOKS: [string, string] = ['/webhooks', 'Webhooks']

/** All webhooks of the account. */
export function webhookListPage(visit: Visit): string {
  const { webhooks } = visit.desk.state
  return page(
    visit,
    'Webhooks',
    html`${pageHead('Webhooks', [SETTINGS], html`<a class="button primary plus" href="/webhooks/new" aria-label="New webhook" title="New webhook">+</a>`)}
${live(
  'list',
  webhooks.length === 0
    ? html`<div class="panel pad empty"><p>There are no webhooks yet.</p><p><a class="button" href="/webhooks/new">Add a webhook</a></p></div>`
    : html`<div class="panel scroll"><table class="list"><thead><tr><th>Name</th><th>Event</th><th>URI</th><th>State</th><th>Last delivery</th></tr></thead>
<tbody>${webhooks.map(
        (webhook) =>
          html`<tr><td class="main-cell"><a href="/webhooks/${webhook.id}">${webhook.name}</a></td><td><code>${webhook.event}</code></td><td class="uri">${webhook.uri}</td><td>${stateTag(webhook)}</td><td>${lastDelivery(visit, webhook, false)}</td></tr>`,
      )}</tbody></table></div>`,
)}`,
  )
}

/** The form for a new webhook or a changed one. */
export function webhookFormPage(
  visit: Visit,
  webhook: Webhook | null,
  values: Record<string, string>,
  errors: readonly Mistake[] = [],
): string {
  const title = webhook ? 'Edit webhook' : 'New webhook'
  const target = webhook ? `/webhooks/${webhook.id}` : '/webhooks'
  return page(
    visit,
    title,
    html`${pageHead(title, webhook ? [SETTINGS, WEBHOOKS, [target, webhook.name]] : [SETTINGS, WEBHOOKS])}
<form class="panel pad form" method="post" action="${target}">
${errorBox(errors)}
${textField({ label: 'Name', name: 'name', value: values.name ?? '', placeholder: 'Defaults to the event', maxLength: 128, errors })}
${checkField({ label: 'Disabled', name: 'disabled', checked: values.disabled === '1' })}
${selectField({ label: 'Event', name: 'event', value: values.event ?? '', blank: '', required: true, options: WEBHOOK_EVENTS.map((event) => [event, event]), errors })}
${textField({ label: 'URI', name: 'uri', value: values.uri ?? '', required: true, placeholder: 'https://', hint: 'Where messages are posted to. An address that was not used before has to be verified.', errors })}
${selectField({ label: 'Webhook policy', name: 'webhook_policy_id', value: values.webhook_policy_id ?? '', blank: 'None: unsigned', options: visit.desk.state.policies.map((policy) => [String(policy.id), `${policy.name.slice(0, 12)}… (${policy.algorithm})`]), errors })}
${checkField({ label: 'OpenID Connect Discovery', name: 'openid_connect_discovery', checked: values.openid_connect_discovery === '1', hint: 'Receivers find the public key at this account instead of being given it. Needs an RS or ES policy.' })}
${textArea({ label: 'Description', name: 'description', value: values.description ?? '', rows: 3 })}
${textField({ label: 'Mail exceptions to', name: 'mail_exceptions_to', value: values.mail_exceptions_to ?? '', hint: 'Comma-separated e-mail addresses. Blank: the account administrators.' })}
<div class="buttons"><button class="button primary">Save</button><a class="button" href="${target}">Cancel</a></div>
</form>`,
  )
}

/** One webhook: whether it is verified, and how its last delivery went. */
export function webhookPage(visit: Visit, webhook: Webhook): string {
  const { state } = visit.desk
  const policy = state.policies.find((one) => one.id === webhook.policyId)
  const administrators = state.people.filter((one) => one.isAdministrator).map((one) => one.email)
  const post = (act: string, text: string) =>
    html`<form method="post" action="/webhooks/${webhook.id}/${act}"><button class="button">${text}</button></form>`
  const rows: [string, Content][] = [
    ['Event', html`<code>${webhook.event}</code>`],
    ['URI', html`<span class="uri">${webhook.uri}</span>`],
    ['Disabled', webhook.disabled ? 'Yes' : 'No'],
    [
      'Webhook policy',
      policy &&
        html`<a href="/webhook_policies/${policy.id}"><code>${policy.name}</code></a> (${policy.algorithm}${webhook.openIdConnectDiscovery ? ', OpenID Connect Discovery' : ''})`,
    ],
    ['Description', webhook.description],
    ['Mail exceptions to', webhook.mailExceptionsTo || administrators.join(', ')],
  ]
  return page(
    visit,
    webhook.name,
    html`${pageHead(
      webhook.name,
      [SETTINGS, WEBHOOKS],
      html`${post('test', 'Test')}<a class="button" href="/webhooks/${webhook.id}/edit">Edit</a>
<form method="post" action="/webhooks/${webhook.id}/delete" data-confirm="Delete the webhook ${webhook.name}?"><button class="button danger">Delete</button></form>`,
    )}
${live(
  'verification',
  html`${!webhook.verified && verificationBox(webhook)}
${webhook.disabled && webhook.lastError !== null && html`<div class="box error"><p>${webhook.lastError}</p></div>`}`,
)}
<section class="panel pad"><dl class="facts wide">${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${orDash(value)}</dd></div>`)}
<div><dt>Last delivery</dt><dd>${live('last-delivery', lastDelivery(visit, webhook, true))}</dd></div></dl></section>
${live('deliveries', html`<h2 class="section">Deliveries</h2>${deliveryTable(deliveriesOf(visit, webhook).slice(0, 20))}`)}
<p class="record-foot">Account ${state.account.name} · updated ${time(webhook.updatedAt)} · <a href="/webhook_deliveries?webhook=${webhook.id}">All deliveries</a></p>`,
  )
}

function verificationBox(webhook: Webhook): Html {
  return html`<div class="box warn" role="status"><p><b>This webhook needs to be verified.</b> A message with the event <code>webhook.verify</code> was sent to its URI. The webhook becomes active as soon as the callback in that message is called, within 24 hours.</p>
<form method="post" action="/webhooks/${webhook.id}/resend"><button class="button">Resend verification</button></form></div>`
}

function lastDelivery({ desk }: Visit, webhook: Webhook, withId: boolean): Content {
  const delivery = desk.state.deliveries.find((one) => one.id === webhook.lastDeliveryId)
  if (!delivery) return html`<span class="none" data-last-delivery-status="">None yet</span>`
  return html`<a class="delivery" href="/webhook_deliveries/${delivery.id}">${statusBadge(delivery)}${withId && html`<code>${delivery.id}</code>`}</a>`
}

function statusBadge(delivery: Delivery): Html {
  const status = String(delivery.responseStatus ?? (delivery.error === null ? delivery.state : 'failed'))
  return html`<span class="badge" data-outcome="${delivery.state}" data-last-delivery-status="${status}">${status}</span>`
}

function stateTag(webhook: Webhook): Html {
  if (webhook.disabled) return html`<span class="tag" data-tone="off">Disabled</span>`
  if (!webhook.verified) return html`<span class="tag" data-tone="warn">Needs to be verified</span>`
  return html`<span class="tag" data-tone="good">Active</span>`
}

/** All deliveries, or those of one webhook. */
export function deliveryListPage(visit: Visit, webhookId: number | null): string {
  const webhook = visit.desk.state.webhooks.find((one) => one.id === webhookId)
  const deliveries = webhook ? deliveriesOf(visit, webhook) : visit.desk.state.deliveries.toReversed()
  return page(
    visit,
    'Webhook Deliveries',
    html`${pageHead('Webhook Deliveries', webhook ? [SETTINGS, WEBHOOKS, [`/webhooks/${webhook.id}`, webhook.name]] : [SETTINGS])}
${live('list', deliveryTable(deliveries.slice(0, 100)))}`,
  )
}

function deliveryTable(deliveries: Delivery[]): Html {
  if (deliveries.length === 0) return html`<div class="panel pad empty"><p>Nothing was delivered yet.</p></div>`
  return html`<div class="panel scroll"><table class="list"><thead><tr><th>Status</th><th>Delivery</th><th>Webhook</th><th>Event</th><th>Attempt</th><th>Created</th><th>Completed in</th></tr></thead>
<tbody>${deliveries.map(
    (one) =>
      html`<tr><td>${statusBadge(one)}</td><td class="main-cell"><a href="/webhook_deliveries/${one.id}"><code>${one.id}</code></a></td><td>${one.name}</td><td><code>${one.event}</code></td><td class="attempt">${one.attempt}${one.test && html` <span class="tag">Test</span>`}</td><td class="when">${time(one.createdAt)}</td><td>${seconds(one.durationMs)}</td></tr>`,
  )}</tbody></table></div>`
}

/** One delivery: what was sent and what came back. */
export function deliveryPage(visit: Visit, delivery: Delivery): string {
  const isSigned = visit.desk.state.webhooks.some((one) => one.id === delivery.webhookId && one.policyId !== null)
  const link = (id: string | null) => id && html`<a href="/webhook_deliveries/${id}"><code>${id}</code></a>`
  const rows: [string, Content][] = [
    ['Webhook', html`<a href="/webhooks/${delivery.webhookId}">${delivery.name}</a>`],
    ['Event', html`<code>${delivery.event}</code>`],
    ['Created', time(delivery.createdAt)],
    ['Attempt', String(delivery.attempt)],
    ...(delivery.state === 'waiting' ? ([['Due', time(delivery.dueAt)]] as [string, Content][]) : []),
    ['Test mode', delivery.test ? 'Yes' : 'No'],
    ['Completed in', seconds(delivery.durationMs)],
    ['Retry of', link(delivery.retryOf)],
    ['Retried by', link(delivery.retriedBy)],
    ['Redelivery of', link(delivery.redeliveryOf)],
    ['Redelivery by', delivery.redeliveredBy.map((id) => html`<div>${link(id)}</div>`)],
  ]
  return page(
    visit,
    'Webhook delivery',
    html`${pageHead(html`<code>${delivery.id}</code>`, [SETTINGS, ['/webhook_deliveries', 'Webhook Deliveries']], html`<form method="post" action="/webhook_deliveries/${delivery.id}/redeliver"><button class="button">Redeliver</button></form>`)}
${live(
  'delivery',
  html`<section class="panel pad"><dl class="facts wide">${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${orDash(Array.isArray(value) && value.length === 0 ? null : value)}</dd></div>`)}</dl></section>
<section class="panel pad"><h2>Request</h2>${isSigned && html`<p>Sent as a JWT, signed afresh for each attempt. This is its claim <code>data</code>:</p>`}<p><code>POST</code> <span class="uri">${delivery.uri}</span></p>${headerTable(delivery.requestHeaders)}
<pre tabindex="0" aria-label="Payload">${JSON.stringify(JSON.parse(delivery.body), null, 2)}</pre></section>
<section class="panel pad"><h2>Response</h2><p>${statusBadge(delivery)} ${delivery.error}</p>${headerTable(delivery.responseHeaders)}</section>`,
)}`,
  )
}

/** What a browser sees that opened the callback of a verification. */
export function verifiedPage(visit: Visit, webhook: Webhook): string {
  return page(
    visit,
    'Webhook verified',
    html`${pageHead('Webhook verified', [])}<div class="box good"><p>The verification of the webhook <b>${webhook.name}</b> was successful. It is active now.</p></div>`,
  )
}

function headerTable(headers: Record<string, string>): Content {
  const entries = Object.entries(headers)
  if (entries.length === 0) return ''
  return html`<dl class="headers">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

function deliveriesOf({ desk }: Visit, webhook: Webhook): Delivery[] {
  return desk.state.deliveries.filter((one) => one.webhookId === webhook.id).reverse()
}

function seconds(ms: number | null): Content {
  return ms === null ? html`<span class="none">–</span>` : `${(ms / 1_000).toFixed(2)} s`
}
