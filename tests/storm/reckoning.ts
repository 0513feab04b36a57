/** One page of one alert to one person, as the product tells of it. */
export interface ToldPage {
  alertId: number
  person: string
  method: string
  target: string
  status: string
  reason: string | null
}

/** What lies at a provider. */
export interface ProviderMessage {
  method: string
  target: string
  /** The alert it is about; null for a summary. */
  alertId: number | null
  /** How many alerts a summary tells of. */
  counts: number | null
}

/** A summary, as the timelines of its alerts tell of it. */
export interface ToldSummary {
  id: string
  target: string
  state: 'handed over' | 'not sent' | 'failed'
  alertIds: number[]
}

export interface StormFacts {
  alertIds: readonly number[]
  /** The pages every alert must have: person and contact. */
  wanted: readonly { person: string; method: string; target: string }[]
  pages: readonly ToldPage[]
  /** Lines of each alert's timeline. */
  timelines: ReadonlyMap<number, readonly string[]>
  summaries: readonly ToldSummary[]
  messages: readonly ProviderMessage[]
}

export interface Count {
  contact: string
  alerts: number
  sent: number
  bundled: number
  summaries: number
  suppressed: number
  other: number
}

/** Everything that is not explained, and the figures of each contact. Pure. */
export function reckon(facts: StormFacts): { counts: Count[]; unexplained: string[] } {
  const unexplained: string[] = []
  const counts = facts.wanted.map((contact) => ofContact(facts, contact, unexplained))
  const known = new Set(facts.wanted.map(({ method, target }) => `${method} ${target}`))
  for (const message of facts.messages) {
    if (!known.has(`${message.method} ${message.target}`))
      unexplained.push(`${message.method} to ${message.target}: nobody is reached there.`)
  }
  return { counts, unexplained }
}

function ofContact(
  facts: StormFacts,
  { person, method, target }: StormFacts['wanted'][number],
  unexplained: string[],
): Count {
  const contact = `${person} by ${method} to ${target}`
  const own = facts.pages.filter((page) => page.method === method && page.target === target)
  const byAlert = Map.groupBy(own, (page) => page.alertId)
  const delivered = facts.messages.filter((message) => message.method === method && message.target === target)
  const singles = Map.groupBy(
    delivered.filter((message) => message.alertId !== null),
    (message) => message.alertId,
  )
  const count: Count = { contact, alerts: 0, sent: 0, bundled: 0, summaries: 0, suppressed: 0, other: 0 }
  for (const alertId of facts.alertIds) {
    count.alerts++
    const [page, ...more] = byAlert.get(alertId) ?? []
    const say = (what: string) => unexplained.push(`Alert ${alertId}, ${contact}: ${what}`)
    if (!page) {
      say('the product has no page.')
      continue
    }
    if (more.length > 0) say(`the product has ${more.length + 1} pages.`)
    if (page.person !== person) say(`it is ${page.person}’s.`)
    const lines = facts.timelines.get(alertId) ?? []
    const arrived = singles.get(alertId)?.length ?? 0
    if (arrived !== (page.status === 'SUCCESS' ? 1 : 0))
      say(`${page.status}, and the provider has ${arrived} messages.`)
    if (page.status === 'SUCCESS') {
      count.sent++
      if (!lines.some((line) => line.includes(`handed over for ${target}`)))
        say('sent, and the timeline does not say so.')
    } else if (page.status === 'BUNDLED') {
      const summary = facts.summaries.filter((one) => one.target === target && one.alertIds.includes(alertId))
      const isTold = lines.some((line) => line.includes(`to ${target} is told in one summary`))
      const isDropped = lines.some((line) => line.includes(`to ${target} is not sent: `))
      if (!page.reason) say('held back without a reason.')
      if (isTold && summary.length === 1) count.bundled++
      else if (isDropped && summary.length === 0) count.suppressed++
      else
        say(`held back; told in ${summary.length} summaries, and the timeline says ${isTold ? 'in one' : 'in none'}.`)
    } else {
      count.other++
      say(`it ended as ${page.status}: ${page.reason ?? 'without a reason'}`)
    }
  }
  compareSummaries(facts, { contact, target }, delivered, count, unexplained)
  return count
}

/** The summaries the product tells of are those the provider has, and each tells of as many alerts as it should. */
function compareSummaries(
  facts: StormFacts,
  { contact, target }: { contact: string; target: string },
  delivered: readonly ProviderMessage[],
  count: Count,
  unexplained: string[],
): void {
  const own = facts.summaries.filter((summary) => summary.target === target)
  for (const summary of own.filter(({ state }) => state !== 'handed over'))
    unexplained.push(`${contact}: summary ${summary.id} was ${summary.state}.`)
  const told = own.map((summary) => summary.alertIds.length).toSorted((a, b) => a - b)
  const got = delivered.flatMap((message) => message.counts ?? []).toSorted((a, b) => a - b)
  count.summaries = got.length
  if (told.join() !== got.join())
    unexplained.push(`${contact}: the product tells of summaries of [${told}] alerts, the provider has [${got}].`)
  const sum = got.reduce((all, one) => all + one, 0)
  if (sum !== count.bundled)
    unexplained.push(`${contact}: ${count.bundled} were bundled, the summaries tell of ${sum}.`)
  if (count.sent + count.bundled + count.suppressed + count.other !== count.alerts)
    unexplained.push(`${contact}: the sums do not agree.`)
}
