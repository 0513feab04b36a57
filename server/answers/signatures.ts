import { createHmac, timingSafeEqual } from 'node:crypto'

/** Twilio's signature of a form it posts: the address and every field in order, keyed by the auth token. */
export function twilioSignature(authToken: string, url: string, form: Record<string, string>): string {
  const fields = Object.keys(form).sort()
  return createHmac('sha1', authToken)
    .update(url + fields.map((name) => `${name}${form[name] ?? ''}`).join(''), 'utf8')
    .digest('base64')
}

/** Slack's signature of a body. */
export function slackSignature(signingSecret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`
}

const SLACK_SECONDS_MAX = 300

/** True when Slack signed this body within the last five minutes. */
export function isFromSlack(
  signingSecret: string,
  given: { timestamp: string; signature: string; body: string },
  now: Date,
): boolean {
  const age = Math.abs(now.getTime() / 1_000 - Number(given.timestamp))
  if (!(age <= SLACK_SECONDS_MAX)) return false
  return isSame(slackSignature(signingSecret, given.timestamp, given.body), given.signature)
}

/** Compares without telling by its time how much is right. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
