import type { LinearRegex } from '../runtime/linear-regex.ts'

/** A template is text with places; longer, deeper or busier ones are refused when they are saved. */
export const TEMPLATE_LENGTH_MAX = 16_000
export const TEMPLATE_DEPTH_MAX = 16
export const TEMPLATE_TAGS_MAX = 500
export const CALLS_MAX = 10
/** What a rendered template may take: characters, and work in units of about a microsecond. */
export const OUTPUT_LENGTH_MAX = 64_000
export const RENDER_WORK_MAX = 100_000

/** `isOwn`: begins with a dot and is looked for in the current element only. */
export interface Path {
  keys: readonly (string | number)[]
  isOwn: boolean
}

export type Argument = string | number

export interface Call {
  name: string
  args: readonly Argument[]
  /** The compiled pattern of the functions that take one. */
  regex: LinearRegex | null
  offset: number
}

export type TemplateNode =
  | { kind: 'text'; text: string }
  | { kind: 'value'; path: Path; calls: readonly Call[]; offset: number }
  | { kind: 'section'; path: Path; isInverted: boolean; nodes: readonly TemplateNode[]; offset: number }

export interface Template {
  nodes: readonly TemplateNode[]
}
