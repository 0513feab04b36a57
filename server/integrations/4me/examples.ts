import type { IntegrationExample } from '../contract.ts'
import { otherExamples } from './examples/others.ts'
import { recordExamples } from './examples/records.ts'

/** The settings under which the examples hold. */
export const exampleSettings = { accountName: 'acme', authToken: 'example', region: '4me.com' }

/** Deliveries as 4me sends them, and what each means: run as tests. */
export const examples: IntegrationExample[] = [...recordExamples, ...otherExamples]
