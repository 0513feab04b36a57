import { describe, expect, test } from 'vitest'
import { LABELS_MAX, LINKS_MAX } from '../../alerts/schema.ts'
import type { IncomingEvent } from '../../integrations/contract.ts'
import { compileRules } from './compile.ts'
import { decideFacts, decideRules, effectOf, type RuleContext } from './decide.ts'
import type { StoredRules } from './schema.ts'

const now = new Date('2026-11-24T09:00:00Z')
const context: RuleContext = { now, counts: {}, isIn: () => false }
const payload = { host: 'web-1', level: 'crit', integrationKey: 'tik_secret', apiKey: 'tik_secret' }

const event = (more: Partial<IncomingEvent> = {}): IncomingEvent => ({
  type: 'ALERT',
  alertKey: 'disk',
  version: null,
  birth: false,
  status: null,
  text: 'An event',
  facts: { summary: 'Disk full', labels: { team: 'Ops' } },
  customDetails: payload,
  comments: [],
  routingKey: null,
  lookup: null,
  onlyIfFound: null,
  ...more,
})

function decide(rules: StoredRules, given: IncomingEvent = event(), isTyped = true, more: Partial<RuleContext> = {}) {
  return decideRules(compileRules(rules), { event: given, payload, isTyped }, { ...context, ...more })
}

/** What comes of it, where an event does. */
function ruled(rules: StoredRules, given: IncomingEvent = event(), more: unknown = payload) {
  const decision = decideRules(compileRules(rules), { event: given, payload: more, isTyped: true }, context)
  if (decision.kind !== 'event') throw new Error(`It is ${decision.kind}.`)
  return decision
}
const factsOf = (rules: StoredRules, given?: IncomingEvent) => ruled(rules, given).event.facts
const IN_HOURS = 'now is_in {"id": 1, "type": "SUPPORT_HOUR"}'
/** Nothing can be asked where this is the answer. */
const broken: Partial<RuleContext> = {
  isIn: () => {
    throw new Error('Support hours cannot be read.')
  },
}
/** More than a template may print. */
const endless = event({ facts: { summary: 'x'.repeat(40_000) } })
const ENDLESS = '{{ summary }}{{ summary }}'

describe('without rules', () => {
  test('an event is what it is', () => {
    expect(decide({})).toEqual({
      kind: 'event',
      event: event(),
      ruling: { priority: null, honoursOwnPriority: false, routingKeys: [], notes: [] },
      errors: [],
      counts: {},
    })
  })

  test('one that does not say what it is, is none', () => {
    expect(decide({}, event({ type: 'NONE' }), false)).toEqual({ kind: 'untyped', errors: [], counts: {} })
  })
})

describe('the event filter', () => {
  const filter = "event.summary contains 'disk'"
  test('lets in what matches, and says so', () => {
    expect(ruled({ filter }).ruling.notes).toEqual([
      { decision: 'let-in', rule: 'event-filter', reason: "The source's event filter lets it in." },
    ])
  })

  test('keeps out what does not, by its key', () => {
    const decision = decide({ filter: "event.summary contains 'memory'", alertKey: '{{ host }}' })
    expect(decision).toEqual({
      kind: 'filtered',
      event: event({ alertKey: 'web-1' }),
      rule: 'event-filter',
      reason: "The source's event filter does not let it in.",
      errors: [],
      counts: { eventFilter: {} },
    })
  })

  test('that cannot be worked out lets it in, and says why', () => {
    const decision = decide({ filter: IN_HOURS }, event(), true, broken)
    expect(decision).toMatchObject({ kind: 'event', errors: [{ field: 'eventFilter', line: 1 }] })
    expect(decision.kind === 'event' && decision.ruling.notes).toEqual([
      {
        decision: 'fall-back',
        rule: 'rule-eventFilter',
        reason: 'The event filter could not be used: It cannot be worked out. The event was let in.',
      },
    ])
  })

  test('that nobody can read lets it in, and says why', () => {
    const decision = decide({ filter: 'event.summary ==' })
    expect(decision).toMatchObject({ kind: 'event', errors: [{ field: 'eventFilter' }] })
    expect(decision.kind === 'event' && decision.ruling.notes).toMatchObject([
      { decision: 'fall-back', rule: 'rule-eventFilter' },
    ])
  })

  test('may count how often it was asked', () => {
    const rules = { filter: 'trigger_count.10m >= 2' }
    const first = decide(rules)
    expect(first.kind).toBe('filtered')
    expect(Object.keys(first.counts)).toEqual(['eventFilter'])
    expect(decide(rules, event(), true, { counts: first.counts }).kind).toBe('event')
  })

  test('reads what the event says, its type, status, routing key and comments among it', () => {
    const given = event({
      type: 'RESOLVE',
      status: 'solved',
      routingKey: 'night',
      comments: [{ creator: 'Ann', content: 'Look' }],
      facts: {
        priority: 'LOW',
        severity: 2,
        details: 'On web-1',
        links: [{ href: 'https://a', text: 'A' }],
        images: [],
      },
    })
    for (const condition of [
      "event.eventType == 'RESOLVE'",
      "event.status == 'solved'",
      "event.routingKey == 'night'",
      "event.comments[0].content == 'Look'",
      "event.priority == 'LOW'",
      'event.severity == 2',
      "event.details == 'On web-1'",
      "event.links[0].text == 'A'",
      "event.alertKey == 'disk'",
      "event.customDetails.host == 'web-1'",
      'event.summary == nil',
    ]) {
      expect([condition, decide({ filter: condition }, given).kind]).toEqual([condition, 'event'])
    }
    const silent = event({ type: 'NONE', alertKey: null, customDetails: null })
    for (const name of ['eventType', 'status', 'routingKey', 'alertKey', 'customDetails']) {
      expect([name, decide({ filter: `event.${name} == nil` }, silent).kind]).toEqual([name, 'event'])
    }
  })

  test('may ask where a place is open', () => {
    expect(decide({ filter: IN_HOURS }, event(), true, { isIn: () => true }).kind).toBe('event')
    expect(decide({ filter: IN_HOURS }, event(), true, { isIn: () => false }).kind).toBe('filtered')
    expect(decide({ filter: IN_HOURS }).kind).toBe('filtered')
  })
})

describe('the type', () => {
  const rules: StoredRules = {
    create: "event.customDetails.level == 'crit'",
    accept: "event.customDetails.level == 'ack'",
    resolve: "event.customDetails.level == 'ok'",
  }
  test.each([
    ['crit', 'ALERT', 'event-type-create'],
    ['ack', 'ACCEPT', 'event-type-accept'],
    ['ok', 'RESOLVE', 'event-type-resolve'],
  ])('of what says %s is %s', (level, type, rule) => {
    const given = event({ type: 'NONE', customDetails: { level } })
    const decision = decide(rules, given, false)
    expect(decision).toMatchObject({ kind: 'event', event: { type } })
    expect(decision.kind === 'event' && decision.ruling.notes).toEqual([
      { decision: 'read-as', rule, reason: `It counts as ${type}: the source's event-type rule says so.` },
    ])
  })

  test('is what the event says when no rule does', () => {
    const given = event({ type: 'RESOLVE', customDetails: { level: 'else' } })
    expect(decide(rules, given)).toMatchObject({ kind: 'event', event: { type: 'RESOLVE' } })
    expect(decide(rules, given, false).kind).toBe('untyped')
  })

  test('that opens an alert goes before one that ends it', () => {
    const both = { create: 'event.summary != nil', resolve: 'event.summary != nil' }
    expect(ruled(both, event({ type: 'RESOLVE' })).event.type).toBe('ALERT')
  })

  test('is not changed by a rule that cannot be worked out', () => {
    const decision = decide({ resolve: IN_HOURS }, event(), true, broken)
    expect(decision).toMatchObject({
      kind: 'event',
      event: { type: 'ALERT' },
      errors: [{ field: 'eventTypeFilterResolve' }],
      ruling: { notes: [{ reason: expect.stringMatching(/The event kept its own type\.$/) }] },
    })
  })
})

describe('the alert key', () => {
  test('is what its template says, and what it says nothing of stays', () => {
    expect(ruled({ alertKey: ' {{ host }}/{{ alertKey }} ' }).event.alertKey).toBe('web-1/disk')
    expect(ruled({ alertKey: '{{ missing }} ' }).event.alertKey).toBe('disk')
  })

  test('stays what it was when the template makes one that is too long, or cannot be worked out', () => {
    const long = ruled({ alertKey: '{{ summary }}' }, endless)
    expect(long.event.alertKey).toBe('disk')
    expect(long.errors).toMatchObject([{ field: 'alertKeyTemplate.textTemplate', line: 1, column: 1, offset: 0 }])
    expect(long.errors[0]?.message).toMatch(/^The key is longer than \d+ characters\.$/)
    const failed = ruled({ alertKey: ENDLESS }, endless)
    expect(failed.event.alertKey).toBe('disk')
    expect(failed.errors).toMatchObject([{ field: 'alertKeyTemplate.textTemplate' }])
    expect(failed.ruling.notes[0]?.reason).toMatch(
      /^The alert key template could not be used: .+ The default was used\.$/,
    )
  })

  test('may be as long as a key may be', () => {
    const key = (length: number) => ruled({ alertKey: 'k'.repeat(length) }).event.alertKey?.length
    const longest = [...Array(2_000).keys()].findLast((length) => key(length) === length)
    expect(longest).toBeGreaterThan(100)
    expect(key((longest ?? 0) + 1)).toBe('disk'.length)
  })
})

describe('summary and details', () => {
  test('are what their templates say; a summary is one line', () => {
    const rules = { summary: ' {{ host }}\n  is {{ level }} ', details: ' First\nSecond ' }
    expect(factsOf(rules)).toEqual({ summary: 'web-1 is crit', details: 'First\nSecond', labels: { team: 'Ops' } })
  })

  test('stay what they were when the template says nothing or fails', () => {
    expect(factsOf({ summary: '{{ missing }}', details: ' ' })).toEqual(event().facts)
    expect(factsOf({ summary: ENDLESS }, endless).summary).toBe(endless.facts.summary)
  })

  test('are written from what arrived, without the key that opened the door', () => {
    expect(factsOf({ summary: 'a{{ integrationKey }}{{ apiKey }}z' }).summary).toBe('az')
  })

  test('are written from the fields of every event, too, whatever arrived', () => {
    for (const arrived of [null, 'text', [1], 7]) {
      expect(
        ruled({ summary: '{{ eventType }} {{ labels.team }}{{ host }}' }, event(), arrived).event.facts.summary,
      ).toBe('ALERT Ops')
    }
    // What arrived goes before.
    expect(ruled({ summary: '{{ alertKey }}' }, event(), { alertKey: 'theirs' }).event.facts.summary).toBe('theirs')
  })
})

describe('links', () => {
  const link = { href: 'https://wiki/{{ host }}', text: ' Run\nbook ' }
  test('are added to those of the event', () => {
    const given = event({ facts: { links: [{ href: 'https://a', text: 'A' }] } })
    expect(factsOf({ links: [link] }, given)).toEqual({
      links: [
        { href: 'https://a', text: 'A' },
        { href: 'https://wiki/web-1', text: 'Run book' },
      ],
    })
    expect(factsOf({ links: [{ ...link, text: '' }] }).links).toEqual([{ href: 'https://wiki/web-1', text: '' }])
  })

  test('that lead nowhere are left out, and those that are no http address are told', () => {
    expect(factsOf({ links: [{ ...link, href: '{{ missing }}' }] })).toEqual(event().facts)
    for (const href of [
      'javascript:alert(1)',
      'https://',
      'ftp://a',
      '//a',
      `https://a/${'x'.repeat(2_050)}`,
      'https://a b:c',
    ]) {
      const decision = ruled({ links: [{ href, text: 'X' }, link] })
      expect(decision.event.facts.links).toEqual([{ href: 'https://wiki/web-1', text: 'Run book' }])
      expect(decision.errors).toEqual([
        {
          field: 'linkTemplates.0.hrefTemplate.textTemplate',
          message: `"${href.slice(0, 80)}" is no http address.`,
          offset: 0,
          line: 1,
          column: 1,
        },
      ])
      expect(decision.ruling.notes[0]?.reason).toMatch(/It was left out\.$/)
    }
    expect(factsOf({ links: [{ href: 'HTTP://a', text: '' }] }).links).toHaveLength(1)
  })

  test('are bounded, in number and length', () => {
    const links = Array.from({ length: LINKS_MAX + 5 }, () => ({ href: 'https://a', text: 'x'.repeat(400) }))
    const made = factsOf({ links }).links
    expect(made).toHaveLength(LINKS_MAX)
    expect(made?.[0]?.text).toHaveLength(255)
  })
})

describe('labels', () => {
  test('are added to those of the event, and go before them', () => {
    expect(factsOf({ labels: { host: '{{ host }}', team: 'Night', none: '{{ missing }}' } }).labels).toEqual({
      host: 'web-1',
      team: 'Night',
    })
    expect(factsOf({ labels: { host: '{{ host }}' } }, event({ facts: {} })).labels).toEqual({ host: 'web-1' })
    expect(factsOf({}, event({ facts: {} }))).toEqual({})
  })

  test('of the rules stay when there are too many, and are bounded', () => {
    const own = Object.fromEntries(Array.from({ length: LABELS_MAX }, (_, index) => [`l${index}`, 'x']))
    const made = factsOf({ labels: { host: 'y'.repeat(2_000) } }, event({ facts: { labels: own } })).labels ?? {}
    expect(Object.keys(made)).toHaveLength(LABELS_MAX)
    expect(made.host).toHaveLength(1_000)
    expect(made).not.toHaveProperty(`l${LABELS_MAX - 1}`)
  })
})

describe('severity', () => {
  const severity = {
    template: '{{ level }}',
    mappings: [
      { value: ' CRIT ', severity: 1 },
      { value: 'warn', severity: 3 },
    ],
  }
  test('is mapped without regard to case, and says so', () => {
    const decision = ruled({ severity, defaultSeverity: 5 })
    expect(decision.event.facts.severity).toBe(1)
    expect(decision.ruling.notes).toEqual([
      { decision: 'map', rule: 'severity-mapping', reason: 'Severity 1: "crit" is mapped to it.' },
    ])
  })

  test('is the default of the source when nothing is mapped', () => {
    const none = { ...severity, template: 'else' }
    const decision = ruled({ severity: none, defaultSeverity: 4 })
    expect(decision.event.facts.severity).toBe(4)
    expect(decision.ruling.notes).toEqual([
      {
        decision: 'map',
        rule: 'severity-of-source',
        reason: 'Severity 4: the source gives it to events without one.',
      },
    ])
    expect(ruled({ severity: none }).event.facts).not.toHaveProperty('severity')
    expect(ruled({ severity: { ...severity, template: '{{ missing }}' } }).event.facts).not.toHaveProperty('severity')
    expect(ruled({ defaultSeverity: 2 }).event.facts.severity).toBe(2)
  })

  test('of the event itself stays', () => {
    const decision = ruled({ severity, defaultSeverity: 5 }, event({ facts: { severity: 2 } }))
    expect(decision.event.facts.severity).toBe(2)
    expect(decision.ruling.notes).toEqual([])
  })
})

describe('priority', () => {
  const priority = (template: string): StoredRules => ({
    priority: {
      template,
      mappings: [
        { value: 'crit', priority: 'HIGH' },
        { value: 'info', priority: 'LOW' },
      ],
    },
  })
  test.each<[string, 'HIGH' | 'LOW' | null, string]>([
    ['{{ level }}', 'HIGH', 'Priority HIGH: "crit" is mapped to it.'],
    ['INFO', 'LOW', 'Priority LOW: "INFO" is mapped to it.'],
    ['else', null, 'The priority mapping has no line for "else".'],
    ['{{ missing }}', null, 'The priority mapping has no line for nothing.'],
  ])('of %s is %s', (template, expected, reason) => {
    const { ruling } = ruled(priority(template))
    expect(ruling).toMatchObject({ priority: expected, honoursOwnPriority: true })
    expect(ruling.notes).toEqual([{ decision: 'map', rule: 'priority-mapping', reason }])
  })
})

describe('routing keys', () => {
  test('are those of the event and then those of the template, each once', () => {
    const given = event({ routingKey: ' ops , night' })
    expect(ruled({ routingKey: '{{ host }},,night, ' }, given).ruling.routingKeys).toEqual(['ops', 'night', 'web-1'])
    expect(ruled({}, given).ruling.routingKeys).toEqual(['ops', 'night'])
  })

  test('are bounded', () => {
    const many = Array.from({ length: 30 }, (_, index) => `k${index}`).join()
    expect(ruled({ routingKey: many }).ruling.routingKeys).toHaveLength(20)
    const [longest, longer] = ['x'.repeat(255), 'y'.repeat(256)]
    expect(ruled({ routingKey: `${longest},${longer}` }).ruling.routingKeys).toEqual([longest])
  })
})

describe('facts that are learnt later', () => {
  const alert = { alertKey: 'disk', labels: { team: 'Ops', status: 'assigned' }, payload }
  test('go through the templates with what was known', () => {
    const rules = compileRules({
      summary: '{{ alertKey }} {{ host }}: {{ summary }}',
      labels: { who: '{{ labels.team }}' },
    })
    expect(decideFacts(rules, { summary: 'Disk full', labels: { status: 'accepted' } }, alert)).toEqual({
      facts: { summary: 'disk web-1: Disk full', labels: { team: 'Ops', status: 'accepted', who: 'Ops' } },
      priority: null,
      errors: [],
      notes: [],
    })
  })

  test('are weighed again by the mapping', () => {
    const weigh = (impact?: string) =>
      decideFacts(
        compileRules({ priority: { template: '{{ labels.impact }}', mappings: [{ value: 'top', priority: 'HIGH' }] } }),
        { labels: impact ? { impact } : {} },
        alert,
      ).priority
    expect(weigh()).toBeNull()
    expect(weigh('low')).toBeNull()
    expect(weigh('top')).toBe('HIGH')
  })

  test('of a rule that fails stay as they were found, and it is told', () => {
    const found = { summary: 'x'.repeat(40_000) }
    const decision = decideFacts(compileRules({ summary: ENDLESS, filter: "event.summary == 'else'" }), found, alert)
    expect(decision.facts.summary).toBe(found.summary)
    expect(decision.errors).toMatchObject([{ field: 'summaryTemplate.textTemplate' }])
    expect(decision.notes).toMatchObject([{ decision: 'fall-back', rule: 'rule-summaryTemplate' }])
  })
})

describe('the effect of an event', () => {
  const source = { priority: 'HIGH' as const, followsHours: false, policy: { id: 1, name: 'Day' } }
  test('is what an alert of it would be', () => {
    const { event: decided, ruling } = ruled({ routingKey: 'ops', defaultSeverity: 3 })
    expect(effectOf(decided, ruling, source)).toEqual({
      eventType: 'ALERT',
      alertKey: 'disk',
      summary: 'Disk full',
      details: '',
      priority: 'HIGH',
      severity: 3,
      links: [],
      labels: { team: 'Ops' },
      routingKeys: ['ops'],
      escalationPolicy: source.policy,
    })
  })

  test('of an event that says little is little, and bounded', () => {
    const { ruling } = ruled({})
    expect(effectOf(event({ facts: {} }), ruling, { ...source, policy: null })).toMatchObject({
      summary: '',
      details: '',
      severity: null,
      labels: {},
      escalationPolicy: null,
    })
    const long = effectOf(
      event({ facts: { summary: 'x'.repeat(10_000), details: 'y'.repeat(100_000) } }),
      ruling,
      source,
    )
    expect([long.summary.length < 10_000, long.details.length < 100_000]).toEqual([true, true])
  })

  test('has the priority of the mapping, else its own where the rules honour it', () => {
    const mapped = ruled({ priority: { template: 'x', mappings: [{ value: 'x', priority: 'LOW' }] } })
    expect(effectOf(mapped.event, mapped.ruling, source).priority).toBe('LOW')
    const unmapped = ruled({ priority: { template: 'x', mappings: [] } }, event({ facts: { priority: 'HIGH' } }))
    expect(effectOf(unmapped.event, unmapped.ruling, { ...source, priority: 'LOW' }).priority).toBe('HIGH')
  })
})
