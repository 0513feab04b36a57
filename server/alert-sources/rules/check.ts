import type { Database, Tx } from '../../database/connection.ts'
import type { Integration } from '../../integrations/contract.ts'
import { Problem } from '../../runtime/problem.ts'
import { textError } from '../../runtime/text-error.ts'
import { compileRules, placesIn } from './compile.ts'
import { loadPlaces } from './places.ts'
import type { RuleError, RuleInput, StoredRules } from './schema.ts'
import { storedRules } from './stored.ts'

/** What was sent, ready to be kept. Throws `invalid-input` that names each field and the place in its text. */
export async function checkedRules(
  tx: Tx,
  integration: Integration,
  input: RuleInput,
  now: Date,
): Promise<StoredRules> {
  const stored = storedRules(input)
  const errors = await ruleErrors(tx, integration, stored, now)
  if (errors.length === 0) return stored
  const fields = errors.map((error) => ({
    field: error.field,
    message: `Line ${error.line}, column ${error.column}: ${error.message}`,
  }))
  throw new Problem('invalid-input', fields.map((one) => `${one.field}: ${one.message}`).join(' '), { errors: fields })
}

/** Every text that cannot be kept, and where. */
export async function ruleErrors(
  db: Database | Tx,
  integration: Integration,
  stored: StoredRules,
  now: Date,
): Promise<RuleError[]> {
  const rules = compileRules(stored)
  const isIn = await loadPlaces(db, rules, now)
  const unknown = placesIn(rules).flatMap(({ place, offset, field, source }) => {
    if (isIn(place, now) !== null) return []
    const words = place.type === 'SUPPORT_HOUR' ? 'are no support hours' : 'is no schedule'
    return [{ field, ...textError(source, offset, `There ${words} ${place.id}.`) }]
  })
  const errors = [...rules.errors, ...unknown]
  if (stored.alertKey !== undefined && integration.tracksRecords) {
    const message = `${integration.title} names its records itself: their keys stay.`
    errors.push({ field: 'alertKeyTemplate.textTemplate', message, offset: 0, line: 1, column: 1 })
  }
  return errors
}
