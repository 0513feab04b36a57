import type { SystemStatus } from '../http/schema.ts'

export interface StatusFacts {
  canSend: boolean
  publicUrl: string
  unattended: readonly { id: number; summary: string }[]
  unattendedCount: number
  /** Damage the auditor put right and nobody has seen yet. */
  findings: number
  lastResortReachesNobody: boolean
  heartbeat: { hasWatcher: boolean; reasons: readonly string[] | null; callTrouble: string | null }
  /** Channels that cannot work as they are set up. */
  brokenChannels: readonly { title: string; text: string }[]
  emptyPolicies: readonly { id: number; name: string; sources: number }[]
  warnedSources: readonly { id: number; name: string; text: string }[]
}

type Banner = SystemStatus['banners'][number]

/** What stands above every page, worst first. */
export function bannersFor(facts: StatusFacts): Banner[] {
  return [
    ...noWayToSend(facts),
    ...unattended(facts),
    ...withheld(facts),
    ...found(facts),
    ...lastResort(facts),
    ...facts.brokenChannels.map(
      (channel): Banner => ({
        code: 'channel-broken',
        tone: 'caution',
        text: `${channel.title} cannot be used: ${channel.text}`,
        link: '/channels',
      }),
    ),
    ...facts.emptyPolicies.map(
      (policy): Banner => ({
        code: 'policy-reaches-nobody',
        tone: policy.sources > 0 ? 'danger' : 'caution',
        text: `The escalation policy ${policy.name} reaches nobody${policy.sources > 0 ? `, and ${policy.sources === 1 ? 'an alert source uses it' : `${policy.sources} alert sources use it`}` : ''}.`,
        link: `/escalation-policies/${policy.id}`,
      }),
    ),
    ...facts.warnedSources.map(
      (source): Banner => ({
        code: 'source-warning',
        tone: 'caution',
        text: `${source.name}: ${source.text}`,
        link: `/alert-sources/${source.id}`,
      }),
    ),
    ...plainHttp(facts.publicUrl),
  ]
}

function noWayToSend({ canSend }: StatusFacts): Banner[] {
  if (canSend) return []
  const text = 'There is no way to send: SMTP_URL is not set, and nobody is notified of anything.'
  return [{ code: 'no-way-to-send', tone: 'danger', text, link: null }]
}

function unattended({ unattended: alerts, unattendedCount }: StatusFacts): Banner[] {
  const [first] = alerts
  if (!first) return []
  const text =
    unattendedCount === 1
      ? `Nobody answered alert ${first.id}, and nobody is left to ask: ${first.summary}`
      : `${unattendedCount} alerts are unattended: nobody answered, and nobody is left to ask.`
  return [{ code: 'unattended', tone: 'danger', text, link: unattendedCount === 1 ? `/alerts/${first.id}` : '/alerts' }]
}

/** What stands in the way of sending has a banner of its own. */
function withheld({ heartbeat, canSend }: StatusFacts): Banner[] {
  const reasons = (heartbeat.reasons ?? []).filter((reason) => canSend || !reason.startsWith('There is no way to send'))
  const told = heartbeat.hasWatcher ? ' The heartbeat is withheld.' : ''
  const banners = reasons.map(
    (reason): Banner => ({ code: 'not-well', tone: 'danger', text: `${reason}${told}`, link: '/self-check' }),
  )
  if (heartbeat.callTrouble === null) return banners
  const text = `The heartbeat is not heard: ${heartbeat.callTrouble}`
  return [...banners, { code: 'heartbeat-not-heard', tone: 'caution', text, link: '/self-check' }]
}

function found({ findings }: StatusFacts): Banner[] {
  if (findings === 0) return []
  const what = findings === 1 ? 'a timer or page that did' : `${findings} timers or pages that did`
  const text = `The auditor found ${what} not stand as decided, and put it right.`
  return [{ code: 'auditor-found', tone: 'danger', text, link: '/self-check' }]
}

function lastResort({ lastResortReachesNobody }: StatusFacts): Banner[] {
  if (!lastResortReachesNobody) return []
  const text = 'Nobody can be told as last resort: choose somebody who has a contact that works.'
  return [{ code: 'last-resort-reaches-nobody', tone: 'caution', text, link: '/escalation-policies' }]
}

/** On this machine nobody listens in between. */
function plainHttp(publicUrl: string): Banner[] {
  const url = new URL(publicUrl)
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'https:' || isHere) return []
  const text = 'Tocsin is reached by plain http: passwords and alerts can be read on the way. Put it behind https.'
  return [{ code: 'plain-http', tone: 'caution', text, link: null }]
}
