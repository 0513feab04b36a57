import type { Channel, ChannelKind, ChannelMethod, ChannelTools } from '../../channels/contract.ts'
import type { Database } from '../../database/connection.ts'
import type { Secrets } from '../../runtime/secrets.ts'
import { type ChannelSettingRow, channelSetting, channelSettings, openChannel } from './store.ts'

export interface ChannelTrouble {
  method: ChannelMethod
  title: string
  text: string
}

/** The channels as they are set up now: by the API, else by the environment. */
export interface ChannelBook {
  kinds: readonly ChannelKind[]
  /** Null when the channel is not set up; throws a sentence when its settings cannot work. */
  find(method: string): Promise<Channel | null>
  /** Those that can send, and are more than the browsers' own. */
  all(): Promise<Channel[]>
  /** Channels whose settings cannot work. */
  troubles(): Promise<ChannelTrouble[]>
  /** What a channel is set up with, secrets included, and by whom. */
  settingsOf(method: string): Promise<{ settings: Record<string, unknown>; setBy: 'API' | 'ENVIRONMENT' } | null>
  close(): Promise<void>
}

export interface BookParts {
  db: Database
  secrets: Secrets
  kinds: readonly ChannelKind[]
  /** Channels the operator set up by variables of their own, such as SMTP_URL. */
  fixed: readonly Channel[]
  /** Settings by the environment, by method. */
  environment: Record<string, Record<string, unknown>>
  toolsFor(method: ChannelMethod): ChannelTools
}

interface Built {
  stamp: string
  channel: Channel | null
  trouble: string | null
}

/** Push has keys of its own making, and chats by an address need nothing. */
export function isSettable(kind: ChannelKind): boolean {
  return kind.method !== 'PUSH' && !kind.needsNothing
}

/** Opens the book; a channel is built when it is first asked for, and again when its settings changed. */
export function openChannelBook(parts: BookParts): ChannelBook {
  const { db, secrets, kinds, fixed, environment } = parts
  const built = new Map<string, Built>()

  const settingsFrom = (kind: ChannelKind, row: ChannelSettingRow | null) => {
    if (row) return { settings: { ...row.settings, ...openChannel(secrets, row) }, setBy: 'API' as const }
    const said = environment[kind.method]
    return said ? { settings: said, setBy: 'ENVIRONMENT' as const } : null
  }

  const build = async (kind: ChannelKind, row: ChannelSettingRow | null): Promise<Built> => {
    // Sealed anew whenever it is saved, so no two versions look the same.
    const stamp = row ? `${JSON.stringify(row.settings)} ${row.secrets?.toString('base64') ?? ''}` : 'environment'
    const before = built.get(kind.method)
    if (before?.stamp === stamp) return before
    let made: Built
    try {
      const found = settingsFrom(kind, row)
      const parsed = found || kind.needsNothing ? kind.settings.safeParse(found?.settings ?? {}) : null
      made = !parsed
        ? { stamp, channel: null, trouble: null }
        : parsed.success
          ? { stamp, channel: kind.create(parsed.data, parts.toolsFor(kind.method)), trouble: null }
          : {
              stamp,
              channel: null,
              trouble: parsed.error.issues.map((one) => `${one.path.join('.')}: ${one.message}`).join(' '),
            }
    } catch (cause) {
      made = { stamp, channel: null, trouble: cause instanceof Error ? cause.message : 'Its settings cannot be used.' }
    }
    built.set(kind.method, made)
    await before?.channel?.close()
    return made
  }

  const find = async (method: string): Promise<Channel | null> => {
    const own = fixed.find((channel) => channel.method === method)
    if (own) return own
    const kind = kinds.find((one) => one.method === method)
    if (!kind) return null
    const { channel, trouble } = await build(kind, await channelSetting(db, method))
    if (trouble !== null) throw new Error(`${kind.title} is not set up as it must be: ${trouble}`)
    return channel
  }

  const buildAll = async () => {
    const rows = await channelSettings(db)
    return Promise.all(
      kinds.map(async (kind) => ({
        kind,
        ...(await build(kind, rows.find((row) => row.method === kind.method) ?? null)),
      })),
    )
  }

  return {
    kinds,
    find,
    all: async () => [
      ...fixed,
      ...(await buildAll()).flatMap(({ kind, channel }) => (channel && isSettable(kind) ? [channel] : [])),
    ],
    troubles: async () =>
      (await buildAll()).flatMap(({ kind, trouble }) =>
        trouble === null ? [] : [{ method: kind.method, title: kind.title, text: trouble }],
      ),
    settingsOf: async (method) => {
      const kind = kinds.find((one) => one.method === method)
      return kind ? settingsFrom(kind, await channelSetting(db, method)) : null
    },
    close: async () => {
      await Promise.all(
        [...fixed, ...[...built.values()].flatMap(({ channel }) => channel ?? [])].map((one) => one.close()),
      )
    },
  }
}
