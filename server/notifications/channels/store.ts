import type { Selectable } from 'kysely'
import type { Database, Tx } from '../../database/connection.ts'
import type { ChannelSettingTable } from '../../database/tables.ts'
import type { Secrets } from '../../runtime/secrets.ts'

export type ChannelSettingRow = Selectable<ChannelSettingTable>

/** How a channel was set up by the API. */
export async function channelSetting(db: Database | Tx, method: string): Promise<ChannelSettingRow | null> {
  const row = await db.selectFrom('channel_setting').selectAll().where('method', '=', method).executeTakeFirst()
  return row ?? null
}

/** Every channel that was set up by the API. */
export async function channelSettings(db: Database | Tx): Promise<ChannelSettingRow[]> {
  return db.selectFrom('channel_setting').selectAll().orderBy('method').execute()
}

/** Saves how a channel is set up; `onlyIfNew` keeps what another node was faster to save. */
export async function saveChannelSetting(
  db: Database | Tx,
  row: ChannelSettingRow,
  options: { onlyIfNew: boolean },
): Promise<void> {
  const { method, settings, secrets, updated_at } = row
  const values = { settings: JSON.stringify(settings), secrets, updated_at }
  await db
    .insertInto('channel_setting')
    .values({ method, ...values })
    .onConflict((conflict) =>
      options.onlyIfNew ? conflict.doNothing() : conflict.column('method').doUpdateSet(values),
    )
    .execute()
}

/** Forgets how a channel was set up. */
export async function deleteChannelSetting(tx: Tx, method: string): Promise<void> {
  await tx.deleteFrom('channel_setting').where('method', '=', method).execute()
}

function placeOf(method: string) {
  return { table: 'channel_setting', row: method, field: 'secrets' }
}

/** Seals the secrets of a channel. */
export function sealChannel(secrets: Secrets, method: string, values: Record<string, unknown>): Buffer {
  return secrets.seal(JSON.stringify(values), placeOf(method))
}

/** The secrets of a channel; throws when they were sealed with another key. */
export function openChannel(secrets: Secrets, row: ChannelSettingRow): Record<string, unknown> {
  return row.secrets === null
    ? {}
    : (JSON.parse(secrets.open(row.secrets, placeOf(row.method))) as Record<string, unknown>)
}
