import { expect, test } from 'vitest'
import { defaultGrouping, fieldsOfGrouping, type GroupingChoice, groupingLabels, groupingOf } from './grouping.ts'

const choices = Object.keys(groupingLabels) as GroupingChoice[]

test.each(choices)('grouping %s survives being saved and read', (choice) => {
  const grouping = { ...defaultGrouping, grouped: true, choice, autoResolves: true, autoResolution: 'PT2H' } as const
  expect(groupingOf(fieldsOfGrouping(grouping))).toEqual(grouping)
})

test('alerts are not grouped unless somebody asks for it', () => {
  expect(fieldsOfGrouping(defaultGrouping)).toEqual({
    alertCreation: 'ONE_ALERT_PER_EMAIL',
    alertGroupingWindow: null,
    autoResolutionTimeout: null,
  })
})
