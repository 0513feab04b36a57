// Loaded by `node --import` before the product: names every commit and every call of an outside system, and kills the process
// at one of them when told to. The product's code knows nothing of it.
import { registerHooks } from 'node:module'
import { DeleteQueryBuilder, InsertQueryBuilder, Kysely, UpdateQueryBuilder } from 'kysely'
import { createTransport } from 'nodemailer'
import pg from 'pg'
import { caller, pass, under, works } from './points.ts'

Error.stackTraceLimit = 60

type Method = (this: unknown, ...words: unknown[]) => unknown

/** Puts something around a method of everything of a kind. */
function around(prototype: object, name: string, wrap: (method: Method) => Method): void {
  const methods = prototype as Record<string, Method>
  const method = methods[name]
  if (!method) throw new Error(`There is no method ${name} to put a failpoint around.`)
  methods[name] = wrap(method)
}

// Who began a transaction is known where it begins; at its end only kysely is on the stack.
const { transaction } = Kysely.prototype
const builder = Object.getPrototypeOf(transaction.call(new Kysely({ dialect: nowhere() }))) as object
around(builder, 'execute', (execute) => {
  return function (...words) {
    return under('transaction', () => execute.apply(this, words))
  }
})
for (const { prototype } of [InsertQueryBuilder, UpdateQueryBuilder, DeleteQueryBuilder]) {
  around(prototype, 'execute', (execute) => {
    return function (...words) {
      return works.getStore() ? execute.apply(this, words) : under('statement', () => execute.apply(this, words))
    }
  })
}

around(pg.Client.prototype, 'query', (query) => {
  return function (...words) {
    const work = works.getStore()
    if (!work || typeof words[0] !== 'string' || typeof words.at(-1) === 'function') return query.apply(this, words)
    const ask = () => query.apply(this, words) as Promise<pg.QueryResult | pg.QueryResult[]>
    if (work.kind === 'statement') return statement(work.place, words[0], ask)
    return words[0] === 'commit' ? commit(work, ask) : remember(work, ask)
  }
})

/** A statement on its own commits itself. */
async function statement<T>(place: string, text: string, ask: () => Promise<T>): Promise<T> {
  if (!/^\s*(?:insert|update|delete)\b/i.test(text)) return ask()
  await pass(place, 'before-commit')
  const result = await ask()
  await pass(place, 'after-commit')
  return result
}

/** There is nothing to lose where nothing was written. */
async function commit<T>({ place, hasWritten }: { place: string; hasWritten: boolean }, ask: () => Promise<T>) {
  if (!hasWritten) return ask()
  await pass(place, 'before-commit')
  const result = await ask()
  await pass(place, 'after-commit')
  return result
}

async function remember<T extends pg.QueryResult | pg.QueryResult[]>(
  work: { hasWritten: boolean },
  ask: () => Promise<T>,
): Promise<T> {
  const result = await ask()
  const wrote = [result]
    .flat()
    .some((one) => /^(?:INSERT|UPDATE|DELETE|CREATE)$/.test(one.command) && one.rowCount !== 0)
  work.hasWritten ||= wrote
  return result
}

around(Object.getPrototypeOf(createTransport({ jsonTransport: true })) as object, 'sendMail', (sendMail) => {
  return async function (...words) {
    const place = caller()
    await pass(place, 'before-call')
    const result = await sendMail.apply(this, words)
    await pass(place, 'after-call')
    return result
  }
})

// The product imports undici's function itself, so it gets another one by the same name.
const undici = import.meta.resolve('./undici.ts')
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = specifier === 'undici' && context.parentURL?.includes('/server/')
    return isOurs ? { url: undici, shortCircuit: true } : next(specifier, context)
  },
})

/** A database that nobody asks: only the builders of its queries are wanted. */
function nowhere(): ConstructorParameters<typeof Kysely>[0]['dialect'] {
  const never = () => {
    throw new Error('This database is never asked.')
  }
  return {
    createDriver: () => ({}),
    createQueryCompiler: () => ({}),
    createAdapter: () => ({}),
    createIntrospector: never,
  } as never
}
