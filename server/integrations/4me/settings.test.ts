import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { FourmeSettings } from './settings.ts'

const cloud = { accountName: 'wdc', authToken: 'abc', region: '4me.com' }
const own = { ...cloud, region: 'custom', apiUrl: 'http://localhost:4001', accountUrl: 'http://localhost:4001' }

function mistakes(input: unknown): Record<string, string> {
  const parsed = FourmeSettings.safeParse(input)
  return Object.fromEntries((parsed.error?.issues ?? []).map((issue) => [issue.path.join('.'), issue.message]))
}

describe('4me settings', () => {
  test('a cloud account needs name, token and region, and keeps nothing else', () => {
    expect(FourmeSettings.parse({ ...cloud, apiUrl: 'left over', accountUrl: null })).toEqual(cloud)
    expect(Object.keys(mistakes({}))).toEqual(['accountName', 'authToken', 'region'])
  })

  test('an own domain is kept as origins', () => {
    expect(FourmeSettings.parse({ ...own, apiUrl: ' http://LOCALHOST:4001/ ' })).toEqual(own)
  })

  test.each([
    ['https://wdc.4me.com/requests', 'Only the account name, without the rest of the address: wdc'],
    ['wdc.4me.com', 'Only the account name, without the rest of the address: wdc'],
    ['', 'Enter the account name.'],
    ['w d c', 'An account name has letters, digits and hyphens only, e.g. wdc.'],
  ])('the account name %j gets a hint', (accountName, hint) => {
    expect(mistakes({ ...cloud, accountName }).accountName).toBe(hint)
  })

  test('a token that was copied with something around it is refused without being quoted', () => {
    expect(mistakes({ ...cloud, authToken: 'Bearer s3cret' }).authToken).toMatch(/without the word Bearer/)
    expect(JSON.stringify(mistakes({ ...cloud, authToken: 'Bearer s3cret' }))).not.toContain('s3cret')
  })

  test.each([
    [undefined, /^Needed/],
    [null, /^Needed/],
    ['', /^Needed/],
    ['localhost:4001', /^Enter a whole address/],
    ['ftp://x', /^Enter a whole address/],
    ['https://ann:pw@x.example', /user name/],
    ['https://x.example/v1', /without a path: https:\/\/x\.example$/],
    ['https://x.example/?a', /without a path/],
    ['https://x.example/#', /without a path/],
  ])('an own domain with API address %j is refused at its field', (apiUrl, sentence) => {
    expect(mistakes({ ...own, apiUrl }).apiUrl).toMatch(sentence)
  })

  test('the form can be drawn from the schema', () => {
    const schema = z.toJSONSchema(FourmeSettings, { io: 'input' })
    expect(schema.required).toEqual(['accountName', 'authToken', 'region'])
    expect(schema.properties?.authToken).toMatchObject({ writeOnly: true, title: 'Auth token' })
    expect(schema.properties?.apiUrl).toMatchObject({ 'x-show-when': { field: 'region', equals: 'custom' } })
    const region = schema.properties?.region as { enum: string[]; 'x-enum-labels': Record<string, string> }
    expect(region.enum.filter((value) => !region['x-enum-labels'][value])).toEqual([])
  })
})
