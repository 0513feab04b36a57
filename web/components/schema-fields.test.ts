import { expect, test } from 'vitest'
import { fieldsOfSchema, initialValues, isShown, settingsToSend } from './schema-fields.ts'

const fields = fieldsOfSchema({
  type: 'object',
  required: ['accountName', 'region'],
  properties: {
    accountName: { type: 'string', title: 'Account name', 'x-placeholder': 'acme-it' },
    authToken: { type: 'string', title: 'Auth token', writeOnly: true },
    region: { type: 'string', enum: ['4me.com', 'custom'], 'x-enum-labels': { '4me.com': 'Global (4me.com)' } },
    apiUrl: { type: 'string', title: 'API address', 'x-show-when': { field: 'region', equals: 'custom' } },
    writeBack: { type: 'boolean', title: 'Write back' },
  },
})

test('a schema becomes fields in its order, with their kinds and labels', () => {
  expect(fields.map((field) => [field.name, field.kind])).toEqual([
    ['accountName', 'text'],
    ['authToken', 'secret'],
    ['region', 'select'],
    ['apiUrl', 'text'],
    ['writeBack', 'switch'],
  ])
  expect(fields[2]?.options).toEqual([
    { value: '4me.com', label: 'Global (4me.com)' },
    { value: 'custom', label: 'custom' },
  ])
})

test('a field is shown only while its condition holds', () => {
  const apiUrl = fields.find((field) => field.name === 'apiUrl')
  if (!apiUrl) throw new Error('no apiUrl')
  expect(isShown(apiUrl, { region: 'custom' })).toBe(true)
  expect(isShown(apiUrl, { region: '4me.com' })).toBe(false)
})

test('a saved secret never reaches the form', () => {
  expect(initialValues(fields, { accountName: 'acme', authToken: '…1234', region: '4me.com' })).toEqual({
    accountName: 'acme',
    authToken: '',
    region: '4me.com',
    apiUrl: '',
    writeBack: false,
  })
})

test('an empty secret keeps the saved one, and hidden fields are not sent', () => {
  const values = {
    accountName: ' acme ',
    authToken: '',
    region: '4me.com',
    apiUrl: 'http://localhost',
    writeBack: false,
  }
  expect(settingsToSend(fields, values)).toEqual({ accountName: 'acme', region: '4me.com', writeBack: false })
  expect(settingsToSend(fields, { ...values, authToken: 'secret' })).toMatchObject({ authToken: 'secret' })
})
