import type { WebhookPolicy } from '../model.ts'
import { ALGORITHMS, isAsymmetric } from '../policies.ts'
import type { Mistake } from '../ticket-input.ts'
import { errorBox, selectField, textField } from './form.ts'
import { type Content, html } from './html.ts'
import { orDash, page, pageHead, time, type Visit } from './page.ts'

const SETTINGS: [string, string] = ['/settings', 'Settings']
const POLICIES: [string, string] = ['/webhook_policies', 'Webhook Policies']

/** All policies of the account. */
export function policyListPage(visit: Visit): string {
  const { policies, webhooks } = visit.desk.state
  const used = (policy: WebhookPolicy) => webhooks.filter((webhook) => webhook.policyId === policy.id)
  return page(
    visit,
    'Webhook Policies',
    html`${pageHead('Webhook Policies', [SETTINGS], html`<a class="button primary plus" href="/webhook_policies/new" aria-label="New webhook policy" title="New webhook policy">+</a>`)}
${
  policies.length === 0
    ? html`<div class="panel pad empty"><p>There are no webhook policies yet: messages are sent unsigned.</p><p><a class="button" href="/webhook_policies/new">Add a webhook policy</a></p></div>`
    : html`<div class="panel scroll"><table class="list"><thead><tr><th>Name</th><th>Algorithm</th><th>Audience</th><th>Webhooks</th></tr></thead>
<tbody>${policies.map(
        (policy) =>
          html`<tr><td class="main-cell"><a href="/webhook_policies/${policy.id}"><code>${policy.name}</code></a></td><td>${policy.algorithm}</td><td>${orDash(policy.audience)}</td><td>${orDash(
            used(policy)
              .map((webhook) => webhook.name)
              .join(', '),
          )}</td></tr>`,
      )}</tbody></table></div>`
}`,
  )
}

/** The form for a new policy. */
export function policyFormPage(visit: Visit, values: Record<string, string>, errors: readonly Mistake[] = []): string {
  return page(
    visit,
    'New webhook policy',
    html`${pageHead('New webhook policy', [SETTINGS, POLICIES])}
<form class="panel pad form" method="post" action="/webhook_policies">
${errorBox(errors)}
${selectField({ label: 'Cryptographic algorithm', name: 'jwt_alg', value: values.jwt_alg ?? 'rs256', options: ALGORITHMS.map((one) => [one, one]), errors })}
${textField({ label: 'Audience', name: 'jwt_audience', value: values.jwt_audience ?? '', hint: 'Blank: messages name no audience.' })}
${textField({ label: 'Claim expires in', name: 'jwt_claim_expires_in', value: values.jwt_claim_expires_in ?? '', hint: 'Minutes. Blank: messages do not expire.', errors })}
<div class="buttons"><button class="button primary">Save</button><a class="button" href="/webhook_policies">Cancel</a></div>
</form>`,
  )
}

/** One policy; `shownOnce` right after it was created. */
export function policyPage(visit: Visit, policy: WebhookPolicy, shownOnce: string | null = null): string {
  const { webhooks } = visit.desk.state
  const rows: [string, Content][] = [
    ['Algorithm', html`<code>${policy.algorithm}</code>`],
    ['Audience', policy.audience],
    ['Claim expires in', policy.expiresInMinutes === null ? null : `${policy.expiresInMinutes} minutes`],
    [
      'Webhooks',
      webhooks
        .filter((webhook) => webhook.policyId === policy.id)
        .map((webhook) => html`<div><a href="/webhooks/${webhook.id}">${webhook.name}</a></div>`),
    ],
    ['Created', time(policy.createdAt)],
  ]
  return page(
    visit,
    'Webhook policy',
    html`${pageHead(html`<code>${policy.name}</code>`, [SETTINGS, POLICIES])}
${
  shownOnce !== null &&
  html`<div class="box good" role="status"><p><b>Copy this now: it is not shown again.</b> ${isAsymmetric(policy.algorithm) ? 'The public key with which receivers check the signature:' : 'The secret shared with receivers:'}</p><pre tabindex="0" aria-label="Key" data-shown-once>${shownOnce}</pre></div>`
}
<section class="panel pad"><dl class="facts wide">${rows.map(([label, value]) => html`<div><dt>${label}</dt><dd>${orDash(Array.isArray(value) && value.length === 0 ? null : value)}</dd></div>`)}</dl></section>`,
  )
}
