import type * as z from 'zod'
import type { Alert, LogEntry } from '../../server/alerts/schema.ts'
import type { Notification } from '../../server/notifications/schema.ts'
import type { JsonClient } from '../support/json-client.ts'
import type { PhoneEntry } from '../support/phone.ts'
import type { Mail } from '../support/world.ts'
import type { ProviderMessage, StormFacts, ToldPage, ToldSummary } from './reckoning.ts'
import type { Storm } from './scene.ts'

const AT_ONCE = 8
const METHODS: Record<string, string> = {
  Messages: 'SMS',
  Telegram: 'TELEGRAM',
  mattermost: 'MATTERMOST',
  discord: 'DISCORD',
}

/** Everything the product and the providers know of a storm, each asked for itself. */
export async function readFacts(
  { api, inbox }: { api: JsonClient; inbox: JsonClient },
  { wanted, shownAs }: Pick<Storm, 'wanted' | 'shownAs'>,
): Promise<StormFacts> {
  const alertIds = await readAlerts(api)
  const pages: ToldPage[] = []
  const timelines = new Map<number, string[]>()
  const summaries = new Map<string, ToldSummary>()
  await inParallel(alertIds, async (id) => {
    const notifications = await api.get<z.infer<typeof Notification>[]>(`/api/alerts/${id}/notifications`)
    for (const one of notifications) {
      pages.push({
        alertId: id,
        person: one.user.firstName,
        method: one.method,
        target: one.target,
        status: one.status,
        reason: one.errorMessage,
      })
    }
    const lines = await api.get<z.infer<typeof LogEntry>[]>(
      `/api/alerts/${id}/log-entries?include=vars&max-results=100`,
    )
    timelines.set(
      id,
      lines.map((line) => line.text),
    )
    for (const line of lines) noteSummary(summaries, id, line)
  })
  return {
    alertIds,
    wanted,
    pages,
    timelines,
    summaries: [...summaries.values()],
    messages: await readProviders(inbox, shownAs),
  }
}

const SUMMARY = /^The summary by .+ to (\S+) (was handed over|is not sent|failed)/

function noteSummary(summaries: Map<string, ToldSummary>, alertId: number, line: z.infer<typeof LogEntry>): void {
  const found = SUMMARY.exec(line.text)
  const id = line.vars?.noticeId
  if (!found || typeof id !== 'string') return
  const state = found[2] === 'was handed over' ? 'handed over' : found[2] === 'failed' ? 'failed' : 'not sent'
  const known = summaries.get(id) ?? { id, target: found[1] ?? '', state, alertIds: [] }
  known.alertIds.push(alertId)
  summaries.set(id, known)
}

async function readAlerts(api: JsonClient): Promise<number[]> {
  const ids: number[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: { body: z.infer<typeof Alert>[]; headers: Headers } = await api.call(
      'GET',
      `/api/alerts?max-results=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    ids.push(...page.body.filter((alert) => alert.alertSource.integrationType !== 'SELF').map((alert) => alert.id))
    cursor = page.headers.get('next-cursor')
  }
  return ids.toSorted((a, b) => a - b)
}

async function readProviders(inbox: JsonClient, shownAs: Storm['shownAs']): Promise<ProviderMessage[]> {
  const mails = await inbox.get<Mail[]>('/api/messages')
  const entries = await inbox.get<PhoneEntry[]>('/api/phone')
  const ofMails = mails.flatMap((mail) =>
    mail.to.map((target) => ({ method: 'EMAIL', target, ...aboutOf(mail.subject, mail.headers['x-tocsin-alert']) })),
  )
  const ofPhone = entries.map((entry) => ({
    method: METHODS[entry.app] ?? entry.app,
    target: shownAs.get(`${entry.app}/${entry.to}`) ?? entry.to,
    ...aboutOf(`${entry.title} ${entry.text}`, undefined),
  }))
  return [...ofMails, ...ofPhone]
}

function aboutOf(text: string, alertId: string | undefined): Pick<ProviderMessage, 'alertId' | 'counts'> {
  const summary = /\b(\d+) more alerts? from/.exec(text)
  if (summary) return { alertId: null, counts: Number(summary[1]) }
  const said = alertId ?? /\bAlert (\d+):/.exec(text)?.[1]
  return { alertId: said === undefined ? null : Number(said), counts: null }
}

async function inParallel<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const rest = [...all]
  const worker = async () => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await work(one)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
