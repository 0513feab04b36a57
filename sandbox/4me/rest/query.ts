import type { Kind } from '../vocabulary.ts'
import { badParameter } from './errors.ts'
import { COLLECTION_FIELDS, type Shape } from './shapes.ts'

const PER_PAGE = 20
const PER_PAGE_MAX = 100

/** What each list of records can be filtered by. */
export const TICKET_FILTERS: Record<Kind, readonly string[]> = {
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

/** The fields a list is sorted by; the last is always the id, so that no two records stand on one place. */
export type Order = readonly { field: string; sign: 1 | -1 }[]

/** The order a query asks for. */
export function orderOf(query: Query): Order {
  const words = (text(query.sort) ?? '-id').split(',')
  const keys = words.map((key) => ({ field: key.replace(/^-/, ''), sign: key.startsWith('-') ? -1 : 1 }) as const)
  return keys.some((key) => key.field === 'id') ? keys : [...keys, { field: 'id', sign: -1 }]
}

/** The records that pass the filters of a query, in the order it asks for. */
export function select(filters: readonly string[], shapes: readonly Shape[], query: Query): Shape[] {
  const conditions = Object.entries(query).flatMap(([field, value]) => {
    if (value === undefined || !(field in (shapes[0] ?? {}))) return []
    if (!filters.includes(field)) throw badParameter(`Filter on '${field}' is not supported`)
    return [value].flat().map((text) => conditionOf(field, text))
  })
  const order = orderOf(query)
  return shapes
    .filter((shape) => conditions.every((holds) => holds(shape)))
    .sort((a, b) => compareIn(order, placeOf(a, order), placeOf(b, order)))
}

/** One page of a sorted list, with the Link and x-pagination headers that lead to the others. */
export function paginate(all: readonly Shape[], query: Query, url: URL, order: Order): Page {
  const perPage = wholeNumber(query.per_page, 'per_page', PER_PAGE)
  if (perPage > PER_PAGE_MAX) throw badParameter(`Parameter 'per_page' cannot be greater than ${PER_PAGE_MAX}`)
  const start = startOf(all, query, perPage, order)
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
  if (first && start > 0) link('prev', 'search_before', cursorOf(first, order))
  if (last && start + perPage < all.length) link('next', 'search_after', cursorOf(last, order))
  return {
    items,
    headers: {
      link: links.join(', '),
      'x-pagination-per-page': String(perPage),
      'x-pagination-current-page': String(Math.floor(start / perPage) + 1),
      'x-pagination-total-pages': String(Math.ceil(all.length / perPage)),
      'x-pagination-total-entries': String(all.length),
      ...(first && last
        ? {
            'x-pagination-start-cursor': cursorOf(first, order),
            'x-pagination-end-cursor': cursorOf(last, order),
          }
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

type Place = readonly (string | number)[]

function placeOf(shape: Shape, order: Order): Place {
  return order.map(({ field }) => plain(shape[field]) ?? '')
}

function compareIn(order: Order, a: Place, b: Place): number {
  for (const [index, { sign }] of order.entries()) {
    const [left = '', right = ''] = [a[index], b[index]]
    if (left !== right) return (left < right ? -1 : 1) * sign
  }
  return 0
}

function startOf(all: readonly Shape[], query: Query, perPage: number, order: Order): number {
  const isBefore = (place: Place) => (shape: Shape) => compareIn(order, placeOf(shape, order), place) < 0
  const isUpTo = (place: Place) => (shape: Shape) => compareIn(order, placeOf(shape, order), place) <= 0
  const after = text(query.search_after)
  if (after !== undefined) return all.filter(isUpTo(placeFrom(after, 'search_after', order))).length
  const before = text(query.search_before)
  if (before !== undefined) {
    return Math.max(all.filter(isBefore(placeFrom(before, 'search_before', order))).length - perPage, 0)
  }
  return (wholeNumber(query.page, 'page', 1) - 1) * perPage
}

/** A cursor is a place, not a record: it still leads on when its record has left the list meanwhile. */
function cursorOf(shape: Shape, order: Order): string {
  return Buffer.from(JSON.stringify(placeOf(shape, order))).toString('base64url')
}

function placeFrom(cursor: string, name: string, order: Order): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(place) && place.length === order.length) return place as Place
  } catch {}
  throw badParameter(`Parameter '${name}' is invalid`)
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
