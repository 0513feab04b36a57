import type { LinearRegex } from '../runtime/linear-regex.ts'

/** A condition longer, deeper or busier is refused when it is saved. */
export const CONDITION_LENGTH_MAX = 16_000
export const CONDITION_DEPTH_MAX = 32
/** Units of work of about a microsecond that one evaluation may take. */
export const CONDITION_WORK_MAX = 50_000
export const COUNT_SECONDS_MIN = 5
export const COUNT_SECONDS_MAX = 2 * 24 * 3_600

export const PLACE_TYPES = ['SUPPORT_HOUR', 'ON_CALL_SCHEDULE'] as const
/** Support hours or a schedule that `is_in` asks about. */
export interface Place {
  type: (typeof PLACE_TYPES)[number]
  id: number
}

/** How often a condition was evaluated within a window; one that `resets` begins again when its limit is reached. */
export interface Counter {
  name: string
  seconds: number
  resets: boolean
}

export type Operand =
  | { kind: 'path'; root: string; keys: readonly (string | number)[] }
  | { kind: 'literal'; value: Literal }
  | { kind: 'now' }

/** Whole numbers are exact, as 64 bits hold them. */
export type Literal = string | number | bigint | boolean | null | readonly Literal[]

export type TextOperator = 'matches' | 'contains' | 'starts_with' | 'ends_with' | 'exact_matches' | 'exact_contains'
export type ListOperator = 'contains_any' | 'starts_with_any' | 'ends_with_any'
export type OrderOperator = '>' | '>=' | '<' | '<='

export type Condition =
  | { kind: 'and' | 'or'; parts: readonly Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'truth'; operand: Operand; offset: number }
  | { kind: 'equal'; left: Operand; right: Operand; offset: number }
  | { kind: 'order'; operator: OrderOperator; left: Operand; right: Operand; offset: number }
  | { kind: 'text'; operator: TextOperator; left: Operand; right: Operand; offset: number }
  | { kind: 'list'; operator: ListOperator; left: Operand; right: Operand; offset: number }
  | { kind: 'in'; left: Operand; right: Operand; offset: number }
  | { kind: 'regex'; left: Operand; regex: LinearRegex; offset: number }
  | { kind: 'place'; time: Operand; place: Place; offset: number }
  | { kind: 'count'; counter: Counter; operator: OrderOperator | '==' | '!='; limit: number; offset: number }
