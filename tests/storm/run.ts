// npm run storm -- --alerts 10000 : that many alerts in a minute to five people, and a reckoning of every message.
import { parseArgs } from 'node:util'
import { JsonClient } from '../support/json-client.ts'
import { npmStart } from '../support/npm-start.ts'
import { readFacts } from './facts.ts'
import { type Count, reckon } from './reckoning.ts'
import { type StormScene, setStormScene, stormEvent } from './scene.ts'

const { values } = parseArgs({
  options: { alerts: { type: 'string', default: '10000' }, help: { type: 'boolean', default: false } },
})
if (values.help) {
  console.log('npm run storm -- [--alerts N]\n')
  console.log('  --alerts  so many are raised within a minute; five people are asked at once, by six contacts')
  process.exit(0)
}

const SENDING_MS = 60_000
const SLICE_MS = 1_000
const QUIET_MS_MAX = 30 * 60_000
const LOOK_MS = 2_000
/** Longer than the longest window in which messages are held back. */
const CALM_MS = 190_000
const ADMIN_API_KEY = 'an-administrators-key-for-the-storm-00001'

const alerts = Number(values.alerts)
const started = await npmStart({ TOCSIN_ADMIN_API_KEY: ADMIN_API_KEY, TOCSIN_OUTBOUND_ALLOW: '127.0.0.1' })
try {
  process.exitCode = (await storm()) ? 0 : 1
} finally {
  await started.stop()
}

async function storm(): Promise<boolean> {
  const api = new JsonClient(started.tocsinUrl, { authorization: `Bearer ${ADMIN_API_KEY}` })
  const inbox = new JsonClient(started.inboxUrl)
  const scene: StormScene = { api, inbox, inboxUrl: started.inboxUrl, settle: () => aMessage(inbox) }
  const set = await setStormScene(scene)
  await inbox.call('DELETE', '/api/messages')
  await inbox.call('DELETE', '/api/phone')
  const began = performance.now()
  await raise(new JsonClient(started.tocsinUrl), set.key)
  const raised = performance.now()
  await calm(api, inbox)
  const calmed = performance.now()
  const facts = await readFacts({ api, inbox }, set)
  const { counts, unexplained } = reckon(facts)
  console.log(
    `${facts.alertIds.length} alerts raised in ${seconds(raised - began)} s; nothing on its way ${seconds(calmed - began)} s after the first.`,
  )
  printCounts(counts)
  for (const line of unexplained.slice(0, 20)) console.log(line)
  console.log(`${counts.reduce((all, one) => all + one.alerts, 0)} pages reckoned, ${unexplained.length} unexplained.`)
  return unexplained.length === 0 && facts.alertIds.length === alerts
}

/** As many as belong into each second, until the minute is over. */
async function raise(outside: JsonClient, key: string): Promise<void> {
  const slices = SENDING_MS / SLICE_MS
  for (let slice = 0; slice < slices; slice++) {
    const next = pause(SLICE_MS)
    const from = Math.round((slice * alerts) / slices)
    const until = Math.round(((slice + 1) * alerts) / slices)
    await Promise.all(
      Array.from({ length: until - from }, async (_, index) => {
        const answer = await outside.call('POST', '/api/events', stormEvent(key, from + index))
        if (answer.status >= 300) throw new Error(`An event was answered ${answer.status}.`)
      }),
    )
    await next
  }
}

/** Until every page has its end and no summary can be on its way any more. */
async function calm(api: JsonClient, inbox: JsonClient): Promise<void> {
  const began = performance.now()
  let [before, since] = ['', performance.now()]
  while (performance.now() - since < CALM_MS) {
    if (performance.now() - began > QUIET_MS_MAX) throw new Error('The storm does not calm down.')
    await pause(LOOK_MS)
    const { count } = await api.get<{ count: number }>('/api/alerts/count')
    const mails = await inbox.get<{ id: string }[]>('/api/messages')
    const phone = await inbox.get<{ id: string }[]>('/api/phone')
    const now = [count, mails.length, mails[0]?.id, phone.length, phone[0]?.id].join()
    if (now !== before) [before, since] = [now, performance.now()]
  }
}

/** A code arrived on the phone. */
async function aMessage(inbox: JsonClient): Promise<void> {
  for (let look = 0; look < 60; look++) {
    if ((await inbox.get<unknown[]>('/api/phone')).length > 0) return
    await pause(500)
  }
  throw new Error('No code arrived.')
}

function printCounts(counts: readonly Count[]): void {
  for (const one of counts) {
    console.log(
      `${one.contact}: ${one.sent} sent, ${one.bundled} told in ${one.summaries} summaries, ${one.suppressed} not said twice${one.other > 0 ? `, ${one.other} otherwise` : ''}`,
    )
  }
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(0)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
