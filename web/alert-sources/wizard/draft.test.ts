import { describe, expect, test } from 'vitest'
import type { Integration } from '../../../server/alert-sources/schema.ts'
import {
  emptyDraft,
  generatedPolicyName,
  matchingIntegrations,
  missingOn,
  parseDraft,
  reachableStep,
  sourceInput,
} from './draft.ts'

const draft = { ...emptyDraft, integrationType: 'FOURME', name: ' Service Desk ' }

const integration = (type: string, title: string, keywords: string[], featured: boolean): Integration => ({
  type,
  slug: title.toLowerCase(),
  title,
  monogram: '··',
  summary: '',
  keywords,
  featured,
  isOwn: false,
  example: null,
  fields: [],
  features: [],
  settingsSchema: null,
  settingsTitle: null,
  guide: '',
  webhookEvents: [],
})

describe('a draft', () => {
  test('survives a reload', () => {
    const full = {
      ...draft,
      teams: [3],
      policyId: 7,
      grouping: { ...draft.grouping, grouped: true, choice: 'accepted' as const },
    }
    expect(parseDraft(JSON.stringify(full))).toEqual(full)
  })

  test.each(['', 'null', '[]', '{', '{"grouping":7,"teams":"x","policyId":"1"}'])(
    'read from %s is the empty one',
    (text) => {
      expect(parseDraft(text)).toEqual(emptyDraft)
    },
  )

  test('cannot be opened at a step whose ground is missing', () => {
    expect(reachableStep('settings', emptyDraft)).toBe('type')
    expect(reachableStep('settings', draft)).toBe('escalation')
    expect(reachableStep('settings', { ...draft, policyId: 1 })).toBe('settings')
    expect(reachableStep('nonsense', draft)).toBe('type')
  })

  test('says what is missing', () => {
    expect(missingOn('name', emptyDraft)).toBe('Give the alert source a name.')
    expect(missingOn('name', { ...draft, name: 'x'.repeat(256) })).toMatch(/255/)
    expect(missingOn('escalation', { ...draft, escalation: 'generated' })).toBeNull()
  })

  test('generates a policy named after the source until a name is given', () => {
    expect(generatedPolicyName(draft)).toBe('Escalation policy for Service Desk')
    expect(generatedPolicyName({ ...draft, policyName: 'Nights' })).toBe('Nights')
  })

  test('becomes the input of the API', () => {
    expect(sourceInput(draft, 7)).toMatchObject({
      name: 'Service Desk',
      integrationType: 'FOURME',
      escalationPolicy: { id: 7 },
      alertCreation: 'ONE_ALERT_PER_EMAIL',
      alertPriorityRule: 'HIGH',
    })
  })
})

describe('the filter over the tiles', () => {
  const all = [integration('API', 'API', ['rest', 'http'], false), integration('FOURME', '4me', ['xurrent'], true)]
  const found = (query: string) => matchingIntegrations(all, query).map((one) => one.type)

  test('shows featured tiles first', () => expect(found('')).toEqual(['FOURME', 'API']))
  test('finds 4me by its name and by xurrent', () => {
    expect(found('4ME')).toEqual(['FOURME'])
    expect(found('xurr')).toEqual(['FOURME'])
  })
  test('finds nothing where nothing is', () => expect(found('zabbix')).toEqual([]))
})
