import type { JsonClient } from '../../support/json-client.ts'
import type { Keys } from '../incident.ts'
import type { PostOffice } from '../post-office.ts'
import { addSources, LEVELS } from '../sources.ts'
import { until } from '../until.ts'
import type { Errand, Errands } from './errands.ts'
import type { Mortal } from './mortal.ts'

/** All that somebody who uses the product deals with. */
export interface Scene {
  node: Mortal
  errands: Errands
  postOffice: PostOffice
  /** What a person does on 4me's screens. */
  fourme: JsonClient
  fourmeUrl: string
}

interface Source {
  id: number
  name: string
  integrationType: string
  integrationKey: string
  integrationUrl: string
  escalationPolicy: { id: number }
  verifications: { state: string; reason: string | null }[]
}

const OWNER = {
  firstName: 'Olga',
  lastName: 'Owner',
  email: 'olga@example.com',
  password: 'correct horse battery staple',
}
const MAX = 'max@example.com'
const PAGED_MS_MAX = 60_000
const SETTLED_MS_MAX = 60_000
const WORDS_MAX = 500
/** Record numbers of 4me that `incident` begins to count at. */
const FIRST_RECORD = 70_000

/**
 * The life of an installation, from its owner to its last alert: everything that commits or calls somebody happens once, and
 * each request is repeated until it is answered. Returns what did not come out as it must.
 */
export async function playScenario(scene: Scene): Promise<string[]> {
  await becomeOwner(scene)
  const keys = await addSources(scene.node)
  await changePeopleAndPolicies(scene)
  const source = await connect(scene)
  const troubles = await verifyWebhook(scene, source)
  await handleAlerts(scene, keys)
  await rotateKey(scene, keys)
  await tidyUp(scene, source)
  return troubles
}

async function becomeOwner({ node }: Scene): Promise<void> {
  const link = await until('the one-time link is told', SETTLED_MS_MAX, () =>
    /Create the owner: \S+#(\S+)/.exec(node.words()),
  ).catch((cause: Error) => {
    throw new Error(`${cause.message} The node said: ${node.words().slice(-WORDS_MAX)}`, { cause })
  })
  const welcome = await node.outside('POST', '/api/welcome', { token: link[1], ...OWNER })
  // The first try may have done it, and died before it said so.
  if (welcome.status !== 201 && welcome.status !== 409) throw new Error(`The owner is not welcome: ${welcome.status}`)
  const { email, password } = OWNER
  const session = await node.outside<{ csrfToken: string }>('POST', '/api/session', { email, password })
  const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { status } = await node.outside('DELETE', '/api/session', undefined, {
    cookie,
    'x-csrf-token': session.body.csrfToken,
  })
  if (status !== 204 && status !== 401) throw new Error(`The owner cannot sign out: ${status}`)
}

async function changePeopleAndPolicies({ node }: Scene): Promise<void> {
  const { id, ...pia } = await node.get<Record<string, unknown>>(`/api/users/${LEVELS[0]?.email}`)
  await node.put(`/api/users/${id}`, { ...pia, position: 'First' })
  const team = await node.post<{ id: number }>('/api/teams', { name: 'Operations' })
  await node.put(`/api/teams/${team.id}`, { name: 'Operations', members: [{ user: { id } }] })
  const member = await node.post<{ id: number }>('/api/users', { firstName: 'Max', email: MAX })
  await node.post(`/api/teams/${team.id}/members`, { user: { id: member.id } })
  const levels = (escalationTimeout: number) => [{ escalationTimeout, users: [{ id }] }]
  const policy = await node.post<{ id: number }>('/api/escalation-policies', {
    name: 'Nights',
    escalationRules: levels(5),
  })
  await node.put(`/api/escalation-policies/${policy.id}`, {
    name: 'Nights',
    escalationRules: levels(6),
  })
  await node.put(`/api/escalation-policies/${policy.id}/levels/0`, levels(7)[0])
}

/** The account, a token of it and its address, saved in the source and tried. */
async function connect({ node, fourme, fourmeUrl }: Scene): Promise<Source> {
  const { token } = await fourme.post<{ token: string }>('/sandbox/api/tokens')
  const source = await node.get<Source>(`/api/alert-sources/name/${encodeURIComponent('4me production')}`)
  const { name, integrationType, escalationPolicy } = source
  await node.put(`/api/alert-sources/${source.id}`, {
    name,
    integrationType,
    escalationPolicy,
    integrationSettings: {
      accountName: 'acme',
      authToken: token,
      region: 'custom',
      apiUrl: fourmeUrl,
      accountUrl: fourmeUrl,
    },
  })
  const test = await node.post<{ ok: boolean }>(`/api/alert-sources/${source.id}/test-connection`, {})
  if (!test.ok) throw new Error(`The connection does not work: ${JSON.stringify(test)}`)
  return source
}

async function verifyWebhook({ node, fourme }: Scene, source: Source): Promise<string[]> {
  // Of problems, so that the requests of this life come by our own hand.
  const event = 'problem.create'
  await fourme.post('/sandbox/api/webhooks', { name: event, event, uri: source.integrationUrl })
  return until('the webhook is verified', SETTLED_MS_MAX, async () => {
    const [webhook] = await fourme.get<{ verified: boolean }[]>('/sandbox/api/webhooks')
    const { verifications } = await node.get<Source>(`/api/alert-sources/${source.id}`)
    const [verification] = verifications
    if (verification?.state === 'FAILED')
      return [
        `The verification failed although the webhook is ${webhook?.verified ? '' : 'not '}verified: ${verification.reason}`,
      ]
    return webhook?.verified && verification?.state === 'VERIFIED' ? [] : null
  })
}

async function handleAlerts(scene: Scene, keys: Keys): Promise<void> {
  const { node, errands, fourme } = scene
  const { id } = await fourme.post<{ id: number }>('/sandbox/api/requests', { subject: 'New' })
  // What is looked up becomes the subject of the pages, by which they are known.
  await fourme.patch(`/sandbox/api/requests/${id}`, { subject: `Request ${id} is urgent` })
  const short = await addSelfEndingSource(node)
  const request = await errands.begin('Request', id - FIRST_RECORD, keys)
  const event = await errands.begin('Event', 1, keys)
  const call = await errands.begin('Call', 1, keys)
  const forgotten = await errands.begin('Event', 2, { ...keys, events: short.integrationKey })
  for (const errand of [request, event, call, forgotten]) await untilPaged(scene, errand)
  await until('the record is looked up', SETTLED_MS_MAX, async () => (await errands.alertOf(request)).labels.requester)

  await acceptByMail(scene, request)
  for (const answer of ['accept', 'resolve'] as const)
    for (const errand of [request, event, call]) await errand.answer(answer)
  await untilItEnds(scene, forgotten)
}

function addSelfEndingSource(node: Mortal): Promise<Source> {
  const name = encodeURIComponent('Monitoring')
  return node.get<Source>(`/api/alert-sources/name/${name}`).then(({ escalationPolicy, integrationType }) =>
    node.post<Source>('/api/alert-sources', {
      name: 'Short-lived',
      integrationType,
      escalationPolicy: { id: escalationPolicy.id },
      autoResolutionTimeout: 'PT10M',
    }),
  )
}

/** Everybody of the first levels was mailed, unless somebody answered before. A mail that was refused is brought again at once. */
async function untilPaged({ node, postOffice, errands }: Scene, errand: Errand): Promise<void> {
  const [first, , second] = LEVELS
  await until(`${errand.incident.name} is paged`, PAGED_MS_MAX, async () => {
    const mailed = postOffice.lettersAbout(errand.incident.name).map(({ to }) => to)
    if (errands.isAnswered(errand)) return true
    if ([first, second].every((level) => mailed.includes(level?.email ?? ''))) return true
    await node.ask("update notification set due_at = created_at where status = 'SCHEDULED' and due_at > created_at")
    return false
  })
}

async function acceptByMail({ node, postOffice, errands }: Scene, errand: Errand): Promise<void> {
  const link = /https?:\/\/\S+do=accept\S*/.exec(postOffice.textAbout(errand.incident.name))?.[0]
  // Somebody may have answered before anybody was mailed.
  if (!link) return
  const { pathname } = new URL(link)
  errands.noteAnswer(errand, 'accept')
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const { status } = await node.outside('POST', pathname, 'do=accept', form)
  if (status !== 200) throw new Error(`The link in the mail answers ${status}.`)
}

/** Its time to resolve by itself comes at once. */
async function untilItEnds({ node, errands }: Scene, errand: Errand): Promise<void> {
  errands.noteAnswer(errand, 'resolve')
  await node.ask('update alert set auto_resolve_at = report_time where auto_resolve_at is not null')
  await until(`${errand.incident.name} ends by itself`, SETTLED_MS_MAX, async () => {
    return (await errands.alertOf(errand)).status === 'RESOLVED'
  })
  errand.until = Date.now()
}

/** What comes by the new key is an alert as well, and so is what comes by the old one meanwhile. */
async function rotateKey(scene: Scene, keys: Keys): Promise<void> {
  const { node, errands } = scene
  const source = await node.get<Source>(`/api/alert-sources/name/${encodeURIComponent('Monitoring')}`)
  await node.post(`/api/alert-sources/${source.id}/rotate-key`, {})
  const { integrationKey } = await node.get<Source>(`/api/alert-sources/${source.id}`)
  if (integrationKey === keys.events) throw new Error('The key was not rotated.')
  for (const [n, events] of [keys.events, integrationKey].entries()) {
    const errand = await errands.begin('Event', 3 + n, { ...keys, events })
    await untilPaged(scene, errand)
    await errand.answer('resolve')
  }
}

/** What is not needed any more goes; what is gone already is gone. */
async function tidyUp({ node }: Scene, source: Source): Promise<void> {
  await node.post(`/api/alert-sources/${source.id}/allow-verification`)
  const remove = async (path: string) => {
    const { status } = await node.call('DELETE', path)
    if (status !== 204 && status !== 404) throw new Error(`${path} cannot be deleted: ${status}`)
  }
  const idOf = async (path: string) => (await node.get<{ id: number }>(path)).id
  const [member, team] = [await idOf(`/api/users/${MAX}`), await idOf('/api/teams/name/Operations')]
  await remove(`/api/teams/${team}/members/${member}`)
  await remove(`/api/teams/${team}`)
  await remove(`/api/users/${member}`)
  await remove(`/api/alert-sources/${await idOf('/api/alert-sources/name/Short-lived')}`)
  await remove(`/api/escalation-policies/${await idOf('/api/escalation-policies/name/Nights')}`)
}
