/** Seconds a leader key lives without being renewed: the longest that a dead node is taken for alive. Patroni's least. */
export const TTL_S = 20
/** Seconds between two looks of Patroni at its PostgreSQL and at etcd. */
export const LOOP_WAIT_S = 2
/** Seconds that etcd or PostgreSQL may be unreachable before a primary steps down. */
export const RETRY_TIMEOUT_S = 5
/**
 * Seconds a crashed primary may take to recover in place before the standby is promoted instead. A synchronous standby has
 * everything and is ready at once; an asynchronous one may not, and the primary's own disk does.
 */
const PRIMARY_START_TIMEOUT_S = { synchronous: 0, asynchronous: 60 }
/** How much an asynchronous standby may lack and still be promoted. */
const LAG_BYTES_MAX = 1_048_576

export const SCOPE = 'tocsin'
export const HOST = '127.0.0.1'

/**
 * @typedef {{ superuser: string, replication: string, rewind: string, api: string, tocsin: string }} Passwords
 * @typedef {{ name: string, folder: string, port: number, apiPort: number }} Place
 */

/**
 * One etcd, enough for a proof on one machine; in earnest three, each on a machine of its own.
 * @param {{ folder: string, clientPort: number, peerPort: number }} place
 */
export function etcdConfiguration({ folder, clientPort, peerPort }) {
  const [client, peer] = [`http://${HOST}:${clientPort}`, `http://${HOST}:${peerPort}`]
  return {
    name: 'etcd',
    'data-dir': folder,
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `etcd=${peer}`,
    'initial-cluster-state': 'new',
    // See patroniConfiguration.
    'enable-v2': true,
    logger: 'zap',
    'log-level': 'warn',
  }
}

/**
 * What both members agree on; Patroni keeps it in etcd, where `patronictl edit-config` changes it later.
 * @param {{ isSynchronous: boolean, isStrict: boolean }} promise
 */
export function agreedSettings({ isSynchronous, isStrict }) {
  return {
    ttl: TTL_S,
    loop_wait: LOOP_WAIT_S,
    retry_timeout: RETRY_TIMEOUT_S,
    primary_start_timeout: PRIMARY_START_TIMEOUT_S[isSynchronous ? 'synchronous' : 'asynchronous'],
    maximum_lag_on_failover: LAG_BYTES_MAX,
    synchronous_mode: isSynchronous,
    synchronous_mode_strict: isStrict,
    postgresql: {
      use_pg_rewind: true,
      use_slots: true,
      parameters: {
        synchronous_commit: 'on',
        // Three nodes of Tocsin hold up to 37 connections each, and what waits for a standby is not let go.
        max_connections: 200,
        wal_level: 'replica',
        wal_log_hints: 'on',
        wal_keep_size: '512MB',
        hot_standby: 'on',
        // A standby that fell silent, or a primary, is given up after this and not after a minute.
        wal_sender_timeout: '10s',
        wal_receiver_timeout: '10s',
      },
    },
  }
}

/**
 * What one Patroni is told.
 * @param {Place & { etcdPort: number, binFolder: string, passwords: Passwords, isSynchronous: boolean, isStrict: boolean }} member
 */
export function patroniConfiguration(member) {
  const { name, folder, port, apiPort, etcdPort, binFolder, passwords } = member
  return {
    scope: SCOPE,
    name,
    restapi: {
      listen: `${HOST}:${apiPort}`,
      connect_address: `${HOST}:${apiPort}`,
      authentication: { username: 'patroni', password: passwords.api },
    },
    // Not etcd3: there, Patroni before 3.0.3 (Debian 12 has 3.0.2) lets a primary that hung and wakes take the leader key
    // back from its successor, and what the successor acknowledged is lost.
    etcd: { host: `${HOST}:${etcdPort}` },
    bootstrap: {
      dcs: agreedSettings(member),
      initdb: ['data-checksums', { encoding: 'UTF8' }, { locale: 'C.UTF-8' }],
    },
    postgresql: {
      listen: `${HOST}:${port}`,
      connect_address: `${HOST}:${port}`,
      data_dir: `${folder}/data`,
      bin_dir: binFolder,
      pgpass: `${folder}/pgpass`,
      authentication: {
        superuser: { username: 'postgres', password: passwords.superuser },
        replication: { username: 'replicator', password: passwords.replication },
        rewind: { username: 'rewinder', password: passwords.rewind },
      },
      pg_hba: [`host all all ${HOST}/32 scram-sha-256`, `host replication replicator ${HOST}/32 scram-sha-256`],
      parameters: { unix_socket_directories: '' },
      // A new standby is copied at once, and not after the primary's next leisurely checkpoint.
      basebackup: { checkpoint: 'fast' },
      // A former primary that cannot be wound back is copied anew; what it alone has was never acknowledged.
      remove_data_directory_on_rewind_failure: true,
      remove_data_directory_on_diverged_timelines: true,
    },
    // On a machine of its own: `required`, so that a primary whose Patroni hangs is switched off with it.
    watchdog: { mode: 'off' },
  }
}
