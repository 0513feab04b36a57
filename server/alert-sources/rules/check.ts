import type { Integration } from '../../integrations/contract.ts'
import { Problem } from '../../runtime/problem.ts'
import { compileRules, unknownPlaces } from './compile.ts'
import { noPlaces } from './decide.ts'
import type { RuleError, RuleInput, StoredRules } from './schema.ts'
import { storedRules } from './stored.ts'

/** What was sent, ready to be kept. Throws `invalid-input` that names each field and the place in its text. */
export function checkedRules(integration: Integration, input: RuleInput): StoredRules {
  const stored = storedRules(input)
  const errors = ruleErrors(integration, stored)
  if (errors.length === 0) return stored
  const fields = errors.map((error) => ({
    field: error.field,
    message: `Line ${error.line}, column ${error.column}: ${error.message}`,
  }))
  throw new Problem('invalid-input', fields.map((one) => `${one.field}: ${one.message}`).join(' '), { errors: fields })
}

/** Every text that cannot be kept, and where. */
export function ruleErrors(integration: Integration, stored: StoredRules): RuleError[] {
  const rules = compileRules(stored)
  const errors = [...rules.errors, ...unknownPlaces(rules, (place) => noPlaces(place) !== null)]
  if (stored.alertKey !== undefined && integration.tracksRecords) {
    const message = `${integration.title} names its records itself: their keys stay.`
    errors.push({ field: 'alertKeyTemplate.textTemplate', message, offset: 0, line: 1, column: 1 })
  }
  return errors
}
