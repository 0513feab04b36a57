import * as z from 'zod'
import { options } from './options.ts'
import { CUSTOM, DOMAIN_LABELS, DOMAINS } from './regions.ts'

export const ACCOUNT_LENGTH_MAX = 63
const TOKEN_LENGTH_MAX = 4_096
const ORIGIN_LENGTH_MAX = 255

const shownForCustom = { 'x-show-when': { field: 'region', equals: CUSTOM } }

/** How one 4me account is reached; the form is drawn from it. */
export const FourmeSettings = z
  .object({
    accountName: z
      .string({ error: 'Enter the account name.' })
      .trim()
      .max(ACCOUNT_LENGTH_MAX, `An account name has at most ${ACCOUNT_LENGTH_MAX} characters.`)
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, { error: (issue) => accountHint(String(issue.input)) })
      .meta({
        title: 'Account name',
        description: 'The first part of the address in the browser: for https://wdc.4me.com it is wdc.',
        'x-placeholder': 'wdc',
      }),
    authToken: z
      .string({ error: 'Enter a personal access token.' })
      .trim()
      .min(1, 'Enter a personal access token.')
      .max(TOKEN_LENGTH_MAX, 'That is too long for a personal access token.')
      .regex(/^[\x21-\x7e]*$/, 'A token has no spaces or line breaks: copy it alone, without the word Bearer.')
      .meta({
        title: 'Auth token',
        description:
          'A personal access token of 4me that may read requests and problems. It is stored encrypted and never shown again.',
        writeOnly: true,
      }),
    region: z.enum([...DOMAINS, CUSTOM], { error: 'Choose the domain that the browser shows, e.g. 4me.com.' }).meta({
      title: '4me region',
      description: 'The domain in the address of your 4me account.',
      'x-enum-labels': { ...DOMAIN_LABELS, [CUSTOM]: 'Own domain (on-premise, white label, sandbox)' },
    }),
    apiUrl: z
      .string()
      .trim()
      .max(ORIGIN_LENGTH_MAX)
      .nullish()
      .meta({
        title: 'API address',
        description: 'Where the REST API answers, without a path: /v1/… is added.',
        'x-placeholder': 'https://api.example.com',
        ...shownForCustom,
      }),
    accountUrl: z
      .string()
      .trim()
      .max(ORIGIN_LENGTH_MAX)
      .nullish()
      .meta({
        title: 'Account address',
        description:
          'Where the screens of your account are, without a path. Webhooks are confirmed there, and nowhere else.',
        'x-placeholder': 'https://wdc.example.com',
        ...shownForCustom,
      }),
    // Edited on pages of their own, not in the form of the connection.
    ...options,
  })
  .superRefine((settings, context) => {
    if (settings.region !== CUSTOM) return
    for (const field of ['apiUrl', 'accountUrl'] as const) {
      const refusal = originRefusal(settings[field])
      if (refusal) context.addIssue({ code: 'custom', path: [field], message: refusal })
    }
  })
  .overwrite(({ apiUrl, accountUrl, ...rest }) =>
    rest.region === CUSTOM ? { ...rest, apiUrl: originOf(apiUrl), accountUrl: originOf(accountUrl) } : rest,
  )
export type FourmeSettings = z.infer<typeof FourmeSettings>

function accountHint(input: string): string {
  const text = input.trim()
  if (text === '') return 'Enter the account name.'
  const address = /^(?:https?:\/\/)?([a-z0-9-]+)\.[^/]*/i.exec(text)
  if (address) return `Only the account name, without the rest of the address: ${address[1]}`
  return 'An account name has letters, digits and hyphens only, e.g. wdc.'
}

function originOf(text: string | null | undefined): string | null | undefined {
  return text && URL.canParse(text) ? new URL(text).origin : text
}

/** What is wrong with an address that must have no path; null when nothing is. */
function originRefusal(text: string | null | undefined): string | null {
  if (!text) return 'Needed for an own domain, e.g. https://4me.example.com'
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return 'Enter a whole address that starts with https:// or http://'
  if (url.username !== '' || url.password !== '') return 'An address with a user name or password is not accepted.'
  if (url.pathname !== '/' || text.includes('?') || text.includes('#'))
    return `Only scheme, host and port, without a path: ${url.origin}`
  return null
}
