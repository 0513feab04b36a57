import { type Outbound, type OutboundAnswer, OutboundError } from '../../runtime/outbound.ts'
import type { ConnectionCheck } from '../contract.ts'
import { ask, attempt, isWebPage, jsonOf, messageOf, silenceOf } from './client.ts'
import { apiOrigin, CUSTOM, tokenOrigin } from './regions.ts'
import type { FourmeSettings } from './settings.ts'
import type { RecordKind } from './status.ts'

/** What 4me said about the token itself, where it can be asked (facts/4me.md 4.2). */
type TokenVerdict =
  | { kind: 'active'; scopes: string[] | null }
  | { kind: 'wrong-account'; word: string }
  | { kind: 'wrong-token' }
  | { kind: 'unknown' }

const PROBE_BYTES_MAX = 64 * 1024
const PROBE_TIMEOUT_MS = 5_000

/** Asks 4me what is right and what precisely is wrong: host, account, token, and the scope of each kind of record. */
export async function testConnection(
  settings: FourmeSettings,
  outbound: Outbound,
  signal?: AbortSignal,
): Promise<ConnectionCheck[]> {
  const [host, screens] = await Promise.all([
    checkHost(settings, outbound, signal),
    settings.region === CUSTOM ? checkScreens(settings, outbound, signal) : null,
  ])
  const first = screens ? [host, screens] : [host]
  if (!host.ok) return first

  const account = settings.accountName
  const probe = (kind: RecordKind) =>
    attempt(ask(outbound, settings, account, `${apiOrigin(settings)}/v1/${kind}s?per_page=1&fields=id`, signal))
  const [verdict, requests, problems] = await Promise.all([
    askAboutToken(settings, outbound, signal),
    probe('request'),
    probe('problem'),
  ])
  const who = checkWho(settings, verdict, [requests, problems])
  const reads = [checkRead('request', who, requests), checkRead('problem', who, problems)]
  const scopes = verdict.kind === 'active' ? verdict.scopes : null
  return [...first, ...who, ...reads, ...(scopes && who.every((check) => check.ok) ? [writeInfo(scopes)] : [])]
}

async function checkHost(settings: FourmeSettings, outbound: Outbound, signal?: AbortSignal): Promise<ConnectionCheck> {
  const check = { code: 'host', label: 'Host' }
  const origin = apiOrigin(settings)
  // Without the token: 4me answers this to anybody.
  const answer = await attempt(probeWithoutToken(outbound, `${origin}/v1`, signal))
  if (answer instanceof OutboundError) return { ...check, ok: false, text: answer.message }
  // 200 as documented; a host that wants a token even here is a 4me too.
  if ([200, 401, 403].includes(answer.status) && !isWebPage(answer))
    return { ...check, ok: true, text: `${origin} answers.` }
  const what = isWebPage(answer) ? `a web page (${answer.status})` : answer.status
  const advice =
    settings.region === CUSTOM
      ? 'Check the API address: it is the one that ends in /v1 in 4me, without that ending.'
      : 'Check the region.'
  return { ...check, ok: false, text: `${origin}/v1 answers ${what}, not as the 4me REST API does. ${advice}` }
}

async function checkScreens(
  settings: FourmeSettings,
  outbound: Outbound,
  signal?: AbortSignal,
): Promise<ConnectionCheck> {
  const check = { code: 'account-url', label: 'Account address' }
  const answer = await attempt(probeWithoutToken(outbound, `${settings.accountUrl}/`, signal))
  // A long page is a page: it is there.
  if (answer instanceof OutboundError && answer.status === null) return { ...check, ok: false, text: answer.message }
  return { ...check, ok: true, text: `${settings.accountUrl} answers.` }
}

function probeWithoutToken(outbound: Outbound, url: string, signal?: AbortSignal): Promise<OutboundAnswer> {
  return outbound(
    {
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
      timeoutMs: PROBE_TIMEOUT_MS,
      bytesMax: PROBE_BYTES_MAX,
    },
    signal,
  )
}

async function askAboutToken(
  settings: FourmeSettings,
  outbound: Outbound,
  signal?: AbortSignal,
): Promise<TokenVerdict> {
  const answer = await attempt(
    ask(outbound, settings, settings.accountName, `${tokenOrigin(settings)}/introspect`, signal),
  )
  if (answer instanceof OutboundError) return { kind: 'unknown' }
  if (answer.status === 401 || answer.status === 403) return { kind: 'wrong-token' }
  if (answer.status === 400 && /account/i.test(messageOf(answer)))
    return { kind: 'wrong-account', word: messageOf(answer) }
  const body = answer.status === 200 ? jsonOf(answer) : undefined
  if (typeof body !== 'object' || body === null) return { kind: 'unknown' }
  const { active, scopes } = body as { active?: unknown; scopes?: unknown }
  if (active === false) return { kind: 'wrong-token' }
  if (active !== true) return { kind: 'unknown' }
  return { kind: 'active', scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : null }
}

/** Account and token. Where 4me does not tell them apart, one line says so. */
function checkWho(
  settings: FourmeSettings,
  verdict: TokenVerdict,
  probes: readonly (OutboundAnswer | OutboundError)[],
): ConnectionCheck[] {
  const account = { code: 'account', label: 'Account' }
  const token = { code: 'token', label: 'Auth token' }
  const place = settings.region === CUSTOM ? new URL(apiOrigin(settings)).host : settings.region
  const answers = probes.filter((probe): probe is OutboundAnswer => !(probe instanceof OutboundError))
  const refused = answers.length > 0 && answers.every((answer) => answer.status === 401)
  const badAccount = answers.some((answer) => answer.status === 400 && /account/i.test(messageOf(answer)))
  // A record list that came is the best proof there is, whatever was said about the token.
  const works = answers.some((answer) => answer.status === 200 && !isWebPage(answer))
  const wrongAccount = `There is no account ${settings.accountName} at ${place} that this token belongs to. Check the account name and the region.`
  const wrongToken = `4me does not know this token at ${place}. It was mistyped or revoked, or it was generated in another region.`

  if (works) return accepted(settings, place)
  if (verdict.kind === 'wrong-account' || badAccount) return [{ ...account, ok: false, text: wrongAccount }]
  if (verdict.kind === 'wrong-token') return [{ ...token, ok: false, text: wrongToken }]
  if (verdict.kind === 'active' && refused) {
    // The token is good somewhere: then it is the account that it is refused for.
    return [
      { ...account, ok: false, text: wrongAccount },
      { ...token, ok: true, text: '4me knows this token.' },
    ]
  }
  if (refused) {
    const either = `4me does not accept this token for the account ${settings.accountName} at ${place}. The token, the account name or the region is wrong.`
    return [{ ...token, label: 'Account and auth token', ok: false, text: either }]
  }
  const isProven = verdict.kind === 'active' || answers.some((answer) => answer.status === 403 && !isWebPage(answer))
  return isProven
    ? accepted(settings, place)
    : [{ ...token, ok: false, text: `4me did not say whether the token is right: ${whyNot(probes[0])}` }]
}

function accepted(settings: FourmeSettings, place: string): ConnectionCheck[] {
  return [
    { code: 'account', label: 'Account', ok: true, text: `${settings.accountName} is known at ${place}.` },
    { code: 'token', label: 'Auth token', ok: true, text: '4me accepts this token.' },
  ]
}

function checkRead(
  kind: RecordKind,
  who: readonly ConnectionCheck[],
  answer: OutboundAnswer | OutboundError,
): ConnectionCheck {
  const scope = kind === 'request' ? 'Request' : 'Problem'
  const check = { code: `${kind}-read`, label: `Read ${kind}s` }
  if (who.some((one) => !one.ok)) return { ...check, ok: false, text: 'Not asked: account and token come first.' }
  if (answer instanceof OutboundError) return { ...check, ok: false, text: answer.message }
  if (answer.status === 200 && Array.isArray(jsonOf(answer)))
    return { ...check, ok: true, text: `The token may read ${kind}s.` }
  if (answer.status === 403) {
    const text = `The token lacks the scope ${scope}, action Read. In 4me: My Profile → Personal Access Tokens → add the record type ${scope}.`
    return { ...check, ok: false, text }
  }
  return { ...check, ok: false, text: whyNot(answer) }
}

function whyNot(answer: OutboundAnswer | OutboundError | undefined): string {
  if (!answer) return 'it was not asked.'
  if (answer instanceof OutboundError) return answer.message
  if (answer.status === 429) return `4me asks for fewer calls. Test again in ${silenceOf(answer)} seconds.`
  if (isWebPage(answer)) return `it answers with a web page (${answer.status}).`
  const word = messageOf(answer)
  return `it answers ${answer.status}${word === '' ? '' : ` (${word})`}.`
}

/** Not needed to be paged; said because it is cheap to grant now. */
function writeInfo(scopes: readonly string[]): ConnectionCheck {
  const lacking = (['request', 'problem'] as const).filter((kind) => !mayUpdate(scopes, kind))
  const text =
    lacking.length === 0
      ? 'The token may update requests and problems.'
      : `The token may not update ${lacking.map((kind) => `${kind}s`).join(' and ')}. Paging does not need it; writing back to 4me would.`
  return { code: 'write', label: 'Write', ok: true, text }
}

function mayUpdate(scopes: readonly string[], kind: RecordKind): boolean {
  return scopes.some((scope) => {
    const [type, actions = ''] = scope.toLowerCase().split(':')
    return type === kind && (actions.includes('u') || actions.includes('*'))
  })
}
