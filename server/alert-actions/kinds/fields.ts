import * as z from 'zod'
import { TEMPLATE_LENGTH_MAX } from '../../templates/tree.ts'

const ADDRESS_LENGTH_MAX = 2_048

/** An address that is a credential by itself. */
export function secretAddress(title: string, description: string, placeholder: string) {
  return z
    .string({ error: 'Give the address.' })
    .trim()
    .max(ADDRESS_LENGTH_MAX, `An address has at most ${ADDRESS_LENGTH_MAX} characters.`)
    .refine(isWebAddress, 'Give a whole address that begins with https://')
    .meta({
      title,
      description: `${description} Stored encrypted and never shown again.`,
      writeOnly: true,
      'x-placeholder': placeholder,
    })
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

const template = z
  .string()
  .max(TEMPLATE_LENGTH_MAX, `A template has at most ${TEMPLATE_LENGTH_MAX} characters.`)
  .nullish()
  .meta({ 'x-own-page': true })

/** What a message says; empty: the default words. */
export const textTemplates = { titleTemplate: template, bodyTemplate: template }
export const bodyTemplates = { bodyTemplate: template }

/** The machine an address leads to, without what would be secret in it. */
export function hostOf(address: unknown): string {
  return typeof address === 'string' && URL.canParse(address) ? new URL(address).host : ''
}
