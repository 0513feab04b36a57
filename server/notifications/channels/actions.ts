import * as z from 'zod'
import { type Actor, requireRight } from '../../access/actor.ts'
import { mergeSettings, type SettingsForm, shownSettings, splitSecrets } from '../../alert-sources/settings.ts'
import { audit } from '../../audit/store.ts'
import type { ChannelKind } from '../../channels/contract.ts'
import { newPushKeys } from '../../channels/web-push/index.ts'
import type { Database } from '../../database/connection.ts'
import { tellLive } from '../../database/notify.ts'
import { Problem } from '../../runtime/problem.ts'
import type { Secrets } from '../../runtime/secrets.ts'
import type { AnswerLinks } from '../answers.ts'
import { type ChannelBook, isSettable } from './book.ts'
import type { ChannelState } from './schema.ts'
import { channelSetting, deleteChannelSetting, openChannel, saveChannelSetting, sealChannel } from './store.ts'

/** Channels a provider answers by, and needs an address for. */
const WITH_INBOUND = ['SMS', 'TELEGRAM', 'SLACK']

/** How every channel is set up, e-mail first. */
export async function channelStates(book: ChannelBook, links: AnswerLinks): Promise<ChannelState[]> {
  const troubles = await book.troubles()
  const email = await book.find('EMAIL')
  const states = await Promise.all(
    book.kinds.map(async (kind): Promise<ChannelState> => {
      const found = await book.settingsOf(kind.method)
      const problem = troubles.find((one) => one.method === kind.method)?.text ?? null
      const { plain, secret } = splitSecrets(kind, found?.settings ?? {})
      return {
        method: kind.method,
        title: kind.title,
        summary: kind.summary,
        state: problem !== null ? 'BROKEN' : found || kind.needsNothing ? 'READY' : 'NOT_SET_UP',
        problem,
        setBy: found?.setBy ?? 'NOTHING',
        settings: isSettable(kind) ? shownSettings(kind, plain, secret) : {},
        schema: isSettable(kind) ? (z.toJSONSchema(kind.settings, { io: 'input' }) as Record<string, unknown>) : null,
        inboundUrl: WITH_INBOUND.includes(kind.method) ? links.inboundUrl(kind.method) : null,
      }
    }),
  )
  return [
    {
      method: 'EMAIL',
      title: 'E-mail',
      summary: 'Mails through your mail server, with links that answer the alert.',
      state: email ? 'READY' : 'NOT_SET_UP',
      problem: null,
      setBy: email ? 'ENVIRONMENT' : 'NOTHING',
      settings: {},
      schema: null,
      inboundUrl: null,
    },
    ...states,
  ]
}

export interface ChannelContext {
  db: Database
  secrets: Secrets
  channels: ChannelBook
}

/** Sets a channel up; what was set by the environment is no longer looked at. */
export async function setUpChannel(
  { db, secrets, channels }: ChannelContext,
  actor: Actor,
  method: string,
  sent: Record<string, unknown>,
  now: Date,
): Promise<void> {
  requireRight(actor, 'manage')
  const kind = settableKind(channels, method)
  const saved = (await channels.settingsOf(method))?.settings ?? {}
  const form: SettingsForm = { ...kind, settings: kind.settings }
  const settings = mergeSettings(form, saved, sent, 'settings')
  const { plain, secret } = splitSecrets(kind, settings)
  await db.transaction().execute(async (tx) => {
    const row = { method, settings: plain, secrets: sealChannel(secrets, method, secret), updated_at: now }
    await saveChannelSetting(tx, row, { onlyIfNew: false })
    await audit(
      tx,
      actor,
      { action: 'channel.set-up', objectType: 'channel', objectId: method, details: { fields: Object.keys(settings) } },
      now,
    )
    await tellLive(tx, { kind: 'status' })
  })
}

/** Forgets what was set by the API. */
export async function resetChannel(
  { db, channels }: ChannelContext,
  actor: Actor,
  method: string,
  now: Date,
): Promise<void> {
  requireRight(actor, 'manage')
  settableKind(channels, method)
  await db.transaction().execute(async (tx) => {
    await deleteChannelSetting(tx, method)
    await audit(tx, actor, { action: 'channel.reset', objectType: 'channel', objectId: method, details: {} }, now)
    await tellLive(tx, { kind: 'status' })
  })
}

/** Asks the provider whether it would take messages; a sentence when not. */
export async function testChannel({ channels }: ChannelContext, actor: Actor, method: string): Promise<string | null> {
  requireRight(actor, 'manage')
  try {
    const channel = await channels.find(method)
    return channel ? await channel.probe() : 'The channel is not set up.'
  } catch (cause) {
    return cause instanceof Error ? cause.message : 'The channel cannot be used.'
  }
}

function settableKind(channels: ChannelBook, method: string): ChannelKind {
  const kind = channels.kinds.find((one) => one.method === method && isSettable(one))
  if (!kind) throw new Problem('not-found', 'There is no such channel, or nothing to set up.')
  return kind
}

/** Makes the keys by which push services know this installation, once. */
export async function ensurePushKeys(db: Database, secrets: Secrets, now: Date): Promise<void> {
  if (await channelSetting(db, 'PUSH')) return
  const { publicKey, privateKey } = newPushKeys()
  const sealed = sealChannel(secrets, 'PUSH', { privateKey })
  const row = { method: 'PUSH', settings: { publicKey }, secrets: sealed, updated_at: now }
  await saveChannelSetting(db, row, { onlyIfNew: true })
}

/** The public one of the push keys. */
export async function pushKey(db: Database, secrets: Secrets): Promise<string> {
  const row = await channelSetting(db, 'PUSH')
  if (!row) throw new Problem('not-found', 'There are no push keys.')
  openChannel(secrets, row)
  return String(row.settings.publicKey)
}
