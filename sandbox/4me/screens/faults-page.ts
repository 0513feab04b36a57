import type { FastifyInstance } from 'fastify'
import type { Desk } from '../desk.ts'
import { FaultsChange, noFaults } from '../faults.ts'
import { applyFaults } from '../test-api.ts'
import { checkField, selectField, textField } from './form.ts'
import { html } from './html.ts'
import { live, page, pageHead, type Visit } from './page.ts'
import { fieldsOf, send, type VisitOf } from './visits.ts'

/** The page on which things go wrong on purpose. */
export function addFaultsScreen(app: FastifyInstance, desk: Desk, visitOf: VisitOf): void {
  app.get('/faults', async (request, reply) => send(reply, faultsPage(visitOf(request), null)))
  app.post('/faults', async (request, reply) => {
    const fields = fieldsOf(request.body)
    if (fields.act === 'release') {
      desk.courier.release()
      await desk.store.changed()
      return reply.redirect('/faults', 303)
    }
    const change = FaultsChange.safeParse(fields.act === 'reset' ? noFaults() : changeOf(fields))
    if (!change.success) {
      const text = `${change.error.issues[0]?.path.join('.')}: ${change.error.issues[0]?.message}`
      return send(reply.code(422), faultsPage(visitOf(request), text))
    }
    await applyFaults(desk, change.data)
    return reply.redirect('/faults', 303)
  })
}

function changeOf(fields: Record<string, string>): Record<string, unknown> {
  const numberOrNull = (text: string | undefined) => (text === undefined || text === '' ? null : Number(text))
  return {
    rest: {
      slowMs: Number(fields.rest_slow),
      answer: fields.rest_answer,
      only: fields.rest_only ?? 'all',
      remaining: fields.rest_answer === 'normal' ? null : numberOrNull(fields.rest_remaining),
    },
    webhooks: {
      slowMs: Number(fields.webhooks_slow),
      duplicate: fields.duplicate,
      reordered: fields.reordered === '1',
      withheld: fields.withheld === '1',
      withheldEvents: fields.withheld_events ?? 'all',
      withheldPercent: Number(fields.withheld_percent ?? 100),
      headers: fields.headers,
      lenient: fields.lenient === '1',
      autoDisable: fields.auto_disable === '1',
      throttle: fields.throttle === '1',
      tokenAgeSeconds: Number(fields.token_age ?? 0),
      issuer: fields.issuer ?? 'usual',
      wrongCode: fields.wrong_code ?? '404',
    },
    timeScale: numberOrNull(fields.time_scale),
  }
}

function faultsPage(visit: Visit, mistake: string | null): string {
  const { state } = visit.desk
  const { rest, webhooks, timeScale } = state.faults
  const withheld = state.deliveries.filter((one) => one.state === 'withheld').length
  return page(
    visit,
    'Faults',
    html`${pageHead(html`Faults <span class="tag" data-tone="warn">Sandbox only</span>`, [], html`<form method="post" action="/faults"><button class="button" name="act" value="reset">All back to normal</button></form>`)}
<p class="lead">A real account has no such page. What is switched on here happens to everything that asks this sandbox or hears from it.</p>
${live('withheld-now', withheld > 0 && html`<form method="post" action="/faults" class="box warn"><p><b>${withheld}</b> ${withheld === 1 ? 'delivery is' : 'deliveries are'} withheld.</p><button class="button" name="act" value="release">Send them now</button></form>`)}
<form method="post" action="/faults" class="form">
${mistake !== null && html`<div class="box error" role="alert"><p>${mistake}</p></div>`}
<div class="split">
<section class="panel pad"><h2>Webhook deliveries</h2>
${checkField({ label: 'Withhold them', name: 'withheld', checked: webhooks.withheld, hint: 'Nothing is sent until this is off again.' })}
${selectField({
  label: 'Withhold which',
  name: 'withheld_events',
  value: webhooks.withheldEvents,
  options: [
    ['all', 'All'],
    ['create', 'What tells of new records'],
    ['update', 'What tells of changes'],
  ],
})}
${textField({ label: 'Withhold how many of a hundred', name: 'withheld_percent', value: String(webhooks.withheldPercent) })}
${checkField({ label: 'Send them out of order', name: 'reordered', checked: webhooks.reordered, hint: 'What happens within 0.4 seconds is sent backwards.' })}
${selectField({
  label: 'Send each twice',
  name: 'duplicate',
  value: webhooks.duplicate,
  options: [
    ['off', 'No'],
    ['same-uuid', 'With the same delivery UUID'],
    ['new-uuid', 'With another delivery UUID'],
  ],
})}
${textField({ label: 'Delay in milliseconds', name: 'webhooks_slow', value: String(webhooks.slowMs) })}
${selectField({
  label: 'Header spelling',
  name: 'headers',
  value: webhooks.headers,
  options: [
    ['both', 'Both'],
    ['4me', 'X-4me-… (old)'],
    ['xurrent', 'x-xurrent-… (new)'],
  ],
})}
${checkField({ label: 'Short payload', name: 'lenient', checked: webhooks.lenient, hint: "Without node ids and account objects, as in the documentation's example." })}
${checkField({ label: 'Disable a webhook after 20 failures in a row', name: 'auto_disable', checked: webhooks.autoDisable })}
${checkField({ label: 'Throttle a server after 50 failures in a row', name: 'throttle', checked: webhooks.throttle })}
<h2>Signed messages</h2>
${textField({ label: 'Age of tokens in seconds', name: 'token_age', value: String(webhooks.tokenAgeSeconds), hint: 'More than a minute makes them look old; a negative age, from the future.' })}
${selectField({
  label: 'Issuer',
  name: 'issuer',
  value: webhooks.issuer,
  options: [
    ['usual', 'The account'],
    ['renamed', 'The account under the other brand'],
    ['foreign', 'Somebody else'],
  ],
})}
<h2>Verification</h2>
${selectField({
  label: 'A wrong or old code is answered with',
  name: 'wrong_code',
  value: webhooks.wrongCode,
  options: [
    ['404', '404 Not Found'],
    ['422', '422 Unprocessable Content'],
  ],
})}
</section>
<section class="panel pad"><h2>REST API</h2>
${selectField({
  label: 'Answer',
  name: 'rest_answer',
  value: rest.answer,
  options: [
    ['normal', 'Normally'],
    ['429', '429 with Retry-After'],
    ['429-silent', '429 without Retry-After'],
    ['502-html', '502 as a web page'],
    ['500', '500 Internal Server Error'],
    ['401', '401 Unauthorized'],
    ['403', '403 Forbidden'],
    ['422', '422 Validation Failed'],
    ['truncated', 'JSON that is cut off'],
  ],
})}
${selectField({
  label: 'Which calls',
  name: 'rest_only',
  value: rest.only,
  options: [
    ['all', 'All'],
    ['reads', 'Reading only'],
    ['writes', 'Writing only'],
  ],
})}
${textField({ label: 'For how many calls', name: 'rest_remaining', value: rest.remaining === null ? '' : String(rest.remaining), hint: 'Blank: until it is set back.' })}
${textField({ label: 'Answer after milliseconds', name: 'rest_slow', value: String(rest.slowMs) })}
<h2>Time</h2>
${textField({ label: 'Time scale', name: 'time_scale', value: timeScale === null ? '' : String(timeScale), placeholder: String(visit.desk.timeScale()), hint: 'Retry delays and waits are divided by it. Blank: as started.' })}
</section>
</div>
<div class="buttons"><button class="button primary" name="act" value="save">Save</button></div>
</form>`,
  )
}
