import type { PoolConfig } from 'pg'
import pg from 'pg'

/** How to reach a database: what the embedded one hands out, or the operator's DATABASE_URL. */
export type ConnectionTarget = string | { host: string; port: number; user: string; database: string }

const HOSTS_MAX = 16

/** One set of connection settings per host named in DATABASE_URL; node-pg itself knows only one host. */
export function hostConfigs(target: ConnectionTarget): PoolConfig[] {
  if (typeof target !== 'string') return [target]
  const parts = /^(postgres(?:ql)?:\/\/)((?:[^@/?]*@)?)([^/?]*)(.*)$/.exec(target.trim())
  if (!parts) throw new Error('DATABASE_URL is not an address such as postgresql://user:password@host:5432/database.')
  const [, scheme = '', userinfo = '', authority = '', rest = ''] = parts
  const { path, query } = splitQuery(rest)

  // libpq also takes host=a,b and port=1,2 as parameters.
  const hosts = query.get('host')?.split(',') ?? (authority === '' ? [''] : authority.split(','))
  const ports = query.get('port')?.split(',') ?? []
  if (hosts.length > HOSTS_MAX)
    throw new Error(`DATABASE_URL names ${hosts.length} hosts, and at most ${HOSTS_MAX} are tried.`)
  const fromQuery = query.has('host')
  for (const name of ['host', 'port', 'target_session_attrs', 'load_balance_hosts']) query.delete(name)

  return hosts.map((host, index) => {
    const port = ports[index] ?? ports[0]
    const one = new URLSearchParams(query)
    if (fromQuery) one.set('host', host)
    if (port) one.set('port', port)
    const text = one.toString()
    const connectionString = `${scheme}${userinfo}${fromQuery ? authority.split(',')[0] : host.trim()}${path}${text ? `?${text}` : ''}`
    try {
      new pg.Client({ connectionString })
    } catch {
      // The parser's own message would repeat the password.
      throw new Error('DATABASE_URL is not an address such as postgresql://user:password@host:5432/database.')
    }
    return { connectionString }
  })
}

function splitQuery(rest: string): { path: string; query: URLSearchParams } {
  const at = rest.indexOf('?')
  return at < 0
    ? { path: rest, query: new URLSearchParams() }
    : { path: rest.slice(0, at), query: new URLSearchParams(rest.slice(at + 1)) }
}

/** Refuses a server that cannot commit: with several hosts, a standby answers too. */
export async function requireWritable(client: { query(text: string): Promise<{ rows: unknown[] }> }): Promise<void> {
  const { rows } = await client.query(
    "select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as read_only",
  )
  const [row] = rows as { read_only: boolean }[]
  if (row?.read_only !== false) throw new Error('This database server is read-only.')
}
