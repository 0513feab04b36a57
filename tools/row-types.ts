import fs from 'node:fs'
import { type Kysely, sql } from 'kysely'

type Column = { type: string; isNullable: boolean; hasDefault: boolean }
type TableColumns = Map<string, Map<string, Column>>

const TYPES: Record<string, string> = {
  text: 'string',
  varchar: 'string',
  uuid: 'string',
  inet: 'string',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  bool: 'boolean',
  timestamptz: 'Date',
  bytea: 'Buffer',
  jsonb: 'Json',
  _text: 'string[]',
  _int4: 'number[]',
  _int8: 'number[]',
}

/** The columns that the row types in tables.ts promise, by table. */
export function readRowTypes(file: string): TableColumns {
  const source = fs.readFileSync(file, 'utf8')
  const bodyOf = (name: string) => new RegExp(`interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? ''
  const fields = (body: string) =>
    [...body.matchAll(/^ {2}(\w+): (.+)$/gm)].map((it) => [it[1] ?? '', it[2] ?? ''] as const)
  return new Map(
    fields(bodyOf('Tables')).map(([table, type]) => [
      table,
      new Map(fields(bodyOf(type)).map(([column, columnType]) => [column, promised(columnType)])),
    ]),
  )
}

function promised(text: string): Column {
  const isNullable = text.startsWith('ColumnType<') ? text.includes('| null') : / \| null$/.test(text)
  const bare = text.replace(/ \| null$/, '')
  const generated = /^Generated<(.+)>$/.exec(bare)?.[1]
  const type = bare === 'Id' ? 'number' : (generated ?? bare)
  return {
    type: /^(Json|ColumnType)</.test(type) ? 'Json' : type,
    isNullable,
    hasDefault: bare === 'Id' || generated !== undefined,
  }
}

/** Every difference between the row types and the migrated database, as one sentence each. */
export async function compareTables<T>(db: Kysely<T>, types: TableColumns): Promise<string[]> {
  const found = await readDatabase(db)
  const problems: string[] = []
  for (const [table, columns] of found) {
    if (!types.has(table)) problems.push(`The table ${table} has no row type in server/database/tables.ts.`)
    else problems.push(...compareColumns(table, columns, types.get(table) ?? new Map()))
  }
  for (const table of types.keys()) {
    if (!found.has(table)) problems.push(`server/database/tables.ts names ${table}, which no migration makes.`)
  }
  return problems
}

function compareColumns(table: string, found: Map<string, Column>, types: Map<string, Column>): string[] {
  const missing = [...types.keys()]
    .filter((name) => !found.has(name))
    .map((name) => `server/database/tables.ts names ${table}.${name}, which no migration makes.`)
  const different = [...found].flatMap(([name, column]) => {
    const type = types.get(name)
    if (!type) return [`The column ${table}.${name} is missing in server/database/tables.ts.`]
    const same =
      type.type === column.type && type.isNullable === column.isNullable && (!type.hasDefault || column.hasDefault)
    return same ? [] : [`${table}.${name} is ${said(column)} in the database, but ${said(type)} in tables.ts.`]
  })
  return [...missing, ...different]
}

function said({ type, isNullable, hasDefault }: Column): string {
  return `${type}${isNullable ? ' or null' : ''}${hasDefault ? ' with a default' : ''}`
}

async function readDatabase<T>(db: Kysely<T>): Promise<TableColumns> {
  const { rows } = await sql<{ table: string; name: string; type: string; isNullable: boolean; hasDefault: boolean }>`
    select c.relname as "table", a.attname as name, t.typname as type, not a.attnotnull as "isNullable",
           (a.atthasdef or a.attidentity <> '') as "hasDefault"
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
      join pg_type t on t.oid = a.atttypid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and a.attnum > 0 and not a.attisdropped and c.relname <> 'schema_version'
     order by c.relname, a.attnum
  `.execute(db)
  const tables: TableColumns = new Map()
  for (const { table, name, type, isNullable, hasDefault } of rows) {
    const columns = tables.get(table) ?? new Map<string, Column>()
    columns.set(name, { type: TYPES[type] ?? type, isNullable, hasDefault })
    tables.set(table, columns)
  }
  return tables
}
