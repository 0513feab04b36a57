import { expect, test } from 'vitest'
import * as rules from '../../../server/alert-sources/rules/schema.ts'
import { storedRules, viewRules } from '../../../server/alert-sources/rules/stored.ts'
import * as alerts from '../../../server/alerts/schema.ts'
import {
  draftOfRules,
  emptyRules,
  errorOf,
  LABELS_MAX,
  LINKS_MAX,
  linkField,
  MAPPINGS_MAX,
  parseRuleDraft,
  type RuleDraft,
  ruleInput,
} from './rule-draft.ts'

const full: RuleDraft = {
  summary: '{{ summary }}',
  details: 'a\n{{ #b }}c{{ /b }}',
  links: [{ href: 'https://x.example/{{ a }}', text: 'X {{ a }}' }],
  labels: [{ name: 'host', value: '{{ host }}' }],
  routing: '{{ team }}',
  alertKey: '{{ id }}',
  filter: 'event.summary contains x',
  create: 'event.summary == a',
  accept: 'event.summary == b',
  resolve: 'event.summary == c',
  priority: '{{ level }}',
  priorities: [{ value: 'crit', priority: 'HIGH' }],
  severity: '{{ level }}',
  severities: [{ value: 'crit', severity: 1 }],
  defaultSeverity: 3,
}

test('what is typed survives the way to the server and back', () => {
  for (const draft of [full, emptyRules]) expect(draftOfRules(viewRules(storedRules(ruleInput(draft))))).toEqual(draft)
})

test('the limits are those of the server', () => {
  expect([LINKS_MAX, LABELS_MAX, MAPPINGS_MAX]).toEqual([alerts.LINKS_MAX, alerts.LABELS_MAX, rules.MAPPINGS_MAX])
})

test('an error finds its row, although empty rows are not sent', () => {
  const links = [
    { href: ' ', text: 'x' },
    { href: 'https://a', text: '' },
  ]
  const field = linkField(links, 1, 'href')
  expect(field).toBe('linkTemplates.0.hrefTemplate.textTemplate')
  const error = { field, message: 'No.', offset: 3, line: 1, column: 4 }
  expect(errorOf([error], field)).toBe('At 4: No.')
  expect(errorOf([{ ...error, line: 2 }], field)).toBe('Line 2, at 4: No.')
  expect(errorOf([], field)).toBeUndefined()
})

test('a draft of the wizard survives a reload, and nonsense is none', () => {
  const draft = { ...emptyRules, summary: 's', filter: 'f', links: full.links }
  expect(parseRuleDraft(JSON.parse(JSON.stringify(draft)))).toEqual(draft)
  expect(parseRuleDraft('x')).toEqual(emptyRules)
  expect(parseRuleDraft({ links: [null, 3], summary: 4 })).toEqual(emptyRules)
})
