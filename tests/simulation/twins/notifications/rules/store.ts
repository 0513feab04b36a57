import type { RuleType } from '../../../../../server/notifications/rules/schema.ts'
import type * as real from '../../../../../server/notifications/rules/store.ts'
import { twin } from '../../../memory/twin.ts'

export * from '../../../../../server/notifications/rules/store.ts'

export const updateRules = twin((tables, personIds: readonly number[], type: RuleType) =>
  [...new Set(personIds)]
    .flatMap((id) => [...tables.rulesOfPerson.of(id)])
    .filter((row) => row.list === 'updates' && row.type === type)
    .sort((one, other) => one.id - other.id),
) satisfies typeof real.updateRules
