import type { Kind } from '../vocabulary.ts'
import { badParameter } from './errors.ts'
import { COLLECTION_FIELDS, type Shape } from './shapes.ts'

const PER_PAGE = 20
const PER_PAGE_MAX = 100

const FILTERS: Record<Kind, readonly string[]> = {
  request: [
    'id',
    'source',
    'sourceID',
    'subject',
    'category',
    'impact',
    'status',
    'workflow',
    'next_target_at',
    'completed_at',
    'created_by',
    'grouping',
    'grouped_into',
    'knowledge_article',
    'requested_by',
    'requested_for',
    'service_instance',
    'supplier_requestID',
    'created_at',
    'updated_at',
    'team',
    'member',
    'template',
    'major_incident_status',
    'organization',
  ],
  problem: [
    'id',
    'source',
    'sourceID',
    'subject',
    'impact',
    'service',
    'status',
    'analysis_target_at',
    'solved_at',
    'created_at',
    'updated_at',
  ],
}

export type Query = Record<string, string | string[] | undefined>

export interface Page {
  items: Shape[]
  headers: Record<string, string>
}

/** The records that pass the filters of a query, in the order it asks for. */
export function select(kind: Kind, shapes: readonly Shape[], query: Query): Shape[] {
  const conditions = Object.entries(query).flatMap(([field, value]) => {
    if (value === undefined || !(field in (shapes[0] ?? {}))) return []
    if (!FILTERS[kind].includes(field)) throw badParameter(`Filter on '${field}' is not supported`)
    return [value].flat().map((text) => conditionOf(field, text))
  })
  return sorted(
    shapes.filter((shape) => conditions.every((holds) => holds(shape))),
    text(query.sort) ?? '-id',
  )
}

/** One page of a list, with the Link and x-pagination headers that lead to the others. */
export function paginate(all: readonly Shape[], query: Query, url: URL): Page {
  const perPage = wholeNumber(query.per_page, 'per_page', PER_PAGE)
  if (perPage > PER_PAGE_MAX) throw badParameter(`Parameter 'per_page' cannot be greater than ${PER_PAGE_MAX}`)
  const start = startOf(all, query, perPage)
  const items = all.slice(start, start + perPage)
  const links: string[] = []
  const link = (rel: string, name: string | null, value: string) => {
    const target = new URL(url)
    for (const cursor of ['search_after', 'search_before', 'page']) target.searchParams.delete(cursor)
    target.searchParams.set('per_page', String(perPage))
    if (name !== null) target.searchParams.set(name, value)
    links.push(`<${target.href}>; rel="${rel}"`)
  }
  const first = items[0]
  const last = items.at(-1)
  link('first', null, '')
  if (first && start > 0) link('prev', 'search_before', cursorOf(first))
  if (last && start + perPage < all.length) link('next', 'search_after', cursorOf(last))
  return {
    items,
    headers: {
      link: links.join(', '),
      'x-pagination-per-page': String(perPage),
      'x-pagination-current-page': String(Math.floor(start / perPage) + 1),
      'x-pagination-total-pages': String(Math.ceil(all.length / perPage)),
      'x-pagination-total-entries': String(all.length),
      ...(first && last
        ? { 'x-pagination-start-cursor': cursorOf(first), 'x-pagination-end-cursor': cursorOf(last) }
        : {}),
    },
  }
}

/** The fields a list or a record shows: the asked ones, else the usual ones. */
export function pick(kind: Kind, shape: Shape, query: Query): Shape {
  const asked = text(query.fields)
  const names = asked === undefined ? COLLECTION_FIELDS[kind] : ['id', ...asked.split(',').map((name) => name.trim())]
  return Object.fromEntries(names.filter((name) => name in shape).map((name) => [name, shape[name]]))
}

function conditionOf(field: string, condition: string): (shape: Shape) => boolean {
  const value = (shape: Shape) => plain(shape[field])
  if (condition === '') return (shape) => value(shape) === null
  if (condition === '!') return (shape) => value(shape) !== null
  if (/^[<>]/.test(condition)) {
    const bounds = [...condition.matchAll(/([<>]=?)([^<>]+)/g)]
    return (shape) => bounds.every(([, operator = '', bound = '']) => compares(value(shape), operator, bound))
  }
  if (condition.startsWith('!')) {
    const unwanted = condition.split(',').map((word) => word.replace(/^!/, ''))
    return (shape) => !unwanted.includes(String(value(shape)))
  }
  const wanted = condition.split(',')
  return (shape) => wanted.includes(String(value(shape)))
}

function compares(value: string | number | null, operator: string, bound: string): boolean {
  if (value === null) return false
  const asNumber = (one: string | number) =>
    typeof one === 'number' || /^\d+$/.test(one) ? Number(one) : Date.parse(one)
  const [left, right] = [asNumber(value), asNumber(bound)]
  if (Number.isNaN(right)) throw badParameter(`'${bound}' is not a valid value for a range filter`)
  if (operator === '>') return left > right
  if (operator === '>=') return left >= right
  return operator === '<' ? left < right : left <= right
}

/** A field as something to compare: references by their number. */
function plain(value: unknown): string | number | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'object') return (value as { id?: number }).id ?? null
  return typeof value === 'number' ? value : String(value)
}

function sorted(shapes: Shape[], order: string): Shape[] {
  const keys = order.split(',').map((key) => ({ field: key.replace(/^-/, ''), sign: key.startsWith('-') ? -1 : 1 }))
  if (!keys.some((key) => key.field === 'id')) keys.push({ field: 'id', sign: -1 })
  return shapes.sort((a, b) => {
    for (const { field, sign } of keys) {
      const [left, right] = [plain(a[field]) ?? '', plain(b[field]) ?? '']
      if (left !== right) return (left < right ? -1 : 1) * sign
    }
    return 0
  })
}

function startOf(all: readonly Shape[], query: Query, perPage: number): number {
  const positionOf = (cursor: string) => all.findIndex((shape) => cursorOf(shape) === cursor)
  const after = text(query.search_after)
  if (after !== undefined) {
    const position = positionOf(after)
    if (position < 0) throw badParameter("Parameter 'search_after' is invalid")
    return position + 1
  }
  const before = text(query.search_before)
  if (before !== undefined) {
    const position = positionOf(before)
    if (position < 0) throw badParameter("Parameter 'search_before' is invalid")
    return Math.max(position - perPage, 0)
  }
  return (wholeNumber(query.page, 'page', 1) - 1) * perPage
}

function cursorOf(shape: Shape): string {
  return Buffer.from(`id:${String(shape.id)}`).toString('base64url')
}

function wholeNumber(value: string | string[] | undefined, name: string, fallback: number): number {
  const given = text(value)
  if (given === undefined) return fallback
  if (!/^-?\d+$/.test(given)) throw badParameter(`Parameter '${name}' must be a number`)
  if (Number(given) < 1) throw badParameter(`Parameter '${name}' cannot be less than 1`)
  return Number(given)
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.at(-1) : value
}
