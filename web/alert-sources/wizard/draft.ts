import type { AlertSourceInput, Integration } from '../../../server/alert-sources/schema.ts'
import type { Priority } from '../../../server/alerts/schema.ts'
import type { EscalationPolicyInput } from '../../../server/escalation/schema.ts'
import { autoResolutionLabels, defaultGrouping, fieldsOfGrouping, type Grouping, groupingLabels } from '../grouping.ts'
import { emptyRules, parseRuleDraft, type RuleDraft, ruleInput } from '../rules/rule-draft.ts'

export const wizardSteps = ['type', 'name', 'escalation', 'grouping', 'settings'] as const
export type WizardStep = (typeof wizardSteps)[number]

/** The titles of the progress bar; the settings page comes after it. */
export const stepTitles: Record<WizardStep, string> = {
  type: 'Integration type',
  name: 'Name',
  escalation: 'Escalation',
  grouping: 'Alert grouping',
  settings: 'Additional settings',
}

export type WizardDraft = {
  integrationType: string
  name: string
  teams: number[]
  escalation: 'existing' | 'generated'
  policyId: number | null
  /** Empty: follows the source's name. */
  policyName: string
  grouping: Grouping
  priority: Priority
  rules: RuleDraft
}

export const emptyDraft: WizardDraft = {
  integrationType: '',
  name: '',
  teams: [],
  escalation: 'existing',
  policyId: null,
  policyName: '',
  grouping: defaultGrouping,
  priority: 'HIGH',
  rules: emptyRules,
}

export const GENERATED_TIMEOUT_MINUTES = 10
const NAME_LENGTH_MAX = 255

/** The name of the policy that would be generated. */
export function generatedPolicyName(draft: WizardDraft): string {
  return draft.policyName.trim() || `Escalation policy for ${draft.name.trim()}`.slice(0, NAME_LENGTH_MAX)
}

/** What is missing on a step, in one sentence; null when it is complete. */
export function missingOn(step: WizardStep, draft: WizardDraft): string | null {
  switch (step) {
    case 'type':
      return draft.integrationType === '' ? 'Choose an integration type.' : null
    case 'name':
      if (draft.name.trim() === '') return 'Give the alert source a name.'
      return draft.name.trim().length > NAME_LENGTH_MAX ? `A name has at most ${NAME_LENGTH_MAX} characters.` : null
    case 'escalation':
      return draft.escalation === 'existing' && draft.policyId === null ? 'Choose an escalation policy.' : null
    default:
      return null
  }
}

/** The step the address asks for, or the first one that must be filled in before it. */
export function reachableStep(asked: string | null, draft: WizardDraft): WizardStep {
  const known: readonly (string | null)[] = wizardSteps
  const at = known.indexOf(asked)
  const before = wizardSteps.slice(0, Math.max(0, at))
  return before.find((step) => missingOn(step, draft) !== null) ?? wizardSteps[at] ?? 'type'
}

/** One level: whoever creates it, then ten minutes. */
export function generatedPolicy(draft: WizardDraft, userId: number): EscalationPolicyInput {
  return {
    name: generatedPolicyName(draft),
    escalationRules: [{ escalationTimeout: GENERATED_TIMEOUT_MINUTES, users: [{ id: userId }] }],
  }
}

/** The source as the API wants it. */
export function sourceInput(draft: WizardDraft, policyId: number): AlertSourceInput {
  return {
    name: draft.name.trim(),
    integrationType: draft.integrationType,
    escalationPolicy: { id: policyId },
    teams: draft.teams.map((id) => ({ id })),
    alertPriorityRule: draft.priority,
    ...ruleInput(draft.rules),
    ...fieldsOfGrouping(draft.grouping),
  }
}

/** The tiles that answer to these words, featured ones first. */
export function matchingIntegrations(integrations: readonly Integration[], query: string): Integration[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const matches = integrations.filter((one) => {
    const names = [one.title, one.type, one.slug, ...one.keywords].join(' ').toLowerCase()
    return words.every((word) => names.includes(word))
  })
  return matches.sort(
    (one, other) => Number(other.featured) - Number(one.featured) || one.title.localeCompare(other.title),
  )
}

/** A draft read back from the browser's storage; anything that does not fit is the default. */
export function parseDraft(text: string | null): WizardDraft {
  const value = parsed(text)
  const grouping = isRecord(value.grouping) ? value.grouping : {}
  const choice = grouping.choice
  const autoResolution = grouping.autoResolution
  return {
    integrationType: string(value.integrationType),
    name: string(value.name),
    teams: Array.isArray(value.teams) ? value.teams.filter((id) => Number.isSafeInteger(id)) : [],
    escalation: value.escalation === 'generated' ? 'generated' : 'existing',
    policyId: Number.isSafeInteger(value.policyId) ? Number(value.policyId) : null,
    policyName: string(value.policyName),
    grouping: {
      grouped: grouping.grouped === true,
      choice: isKey(groupingLabels, choice) ? choice : defaultGrouping.choice,
      autoResolves: grouping.autoResolves === true,
      autoResolution: isKey(autoResolutionLabels, autoResolution) ? autoResolution : defaultGrouping.autoResolution,
    },
    priority: value.priority === 'LOW' ? 'LOW' : 'HIGH',
    rules: parseRuleDraft(value.rules),
  }
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const string = (value: unknown): string => (typeof value === 'string' ? value : '')
const isKey = <T extends object>(table: T, key: unknown): key is keyof T =>
  typeof key === 'string' && Object.hasOwn(table, key)
