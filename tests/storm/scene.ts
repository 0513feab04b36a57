import type * as z from 'zod'
import type { AlertSource } from '../../server/alert-sources/schema.ts'
import type { User } from '../../server/directory/schema.ts'
import { addContact, setRules, setUpChannels } from '../support/phone.ts'
import type { World } from '../support/world.ts'
import type { StormFacts } from './reckoning.ts'

export interface Storm {
  /** The integration key of the source. */
  key: string
  wanted: StormFacts['wanted']
  /** What the product shows of a secret address, by what its provider calls it. */
  shownAs: ReadonlyMap<string, string>
}

export type StormScene = Pick<World, 'api' | 'inbox' | 'inboxUrl' | 'settle'>

const NAMES = ['Pia', 'Tom', 'Ann', 'Ben', 'Eva'] as const
/** Every so many alerts say the same words. */
const SAME_EVERY = 10

/** Five people who are asked at once, each by another way and one by two, and the source of the storm. */
export async function setStormScene(scene: StormScene): Promise<Storm> {
  const { api } = scene
  await setUpChannels(scene)
  const people: z.infer<typeof User>[] = []
  for (const firstName of NAMES) {
    const email = `${firstName.toLowerCase()}@storm.example`
    people.push(await api.post('/api/users', { firstName, lastName: 'Storm', email, role: 'RESPONDER' }))
  }
  const [pia, tom, ann, ben, eva] = people.map(({ id }) => id)
  if (!pia || !tom || !ann || !ben || !eva) throw new Error('Nobody is there.')
  const hook = (app: string, name: string) => ({ target: `${scene.inboxUrl}/hooks/${app}/${name}` })
  const sms = await addContact(scene, tom, 'phone-numbers', { target: '0660 1234567', regionCode: 'AT' })
  const telegram = await addContact(scene, ann, 'telegram', { target: '4711' })
  const mattermost = await addContact(scene, ben, 'mattermost', hook('mattermost', 'ben'))
  const discord = await addContact(scene, eva, 'discord', hook('discord', 'eva'))
  await setRules(scene, tom, 'HIGH_PRIORITY', [{ method: 'SMS', contact: sms }])
  await setRules(scene, ann, 'HIGH_PRIORITY', [{ method: 'TELEGRAM', contact: telegram }])
  await setRules(scene, ben, 'HIGH_PRIORITY', [{ method: 'MATTERMOST', contact: mattermost }])
  // Beside the e-mail that everybody has from the beginning.
  const more = { type: 'HIGH_PRIORITY', method: 'DISCORD', contact: discord }
  await api.post(`/api/users/${eva}/notification-preferences/alerts`, more)
  const policy = await api.post<{ id: number }>('/api/escalation-policies', {
    name: 'Everybody at once',
    escalationRules: [{ escalationTimeout: 60, users: people.map(({ id }) => ({ id })) }],
  })
  const source = await api.post<z.infer<typeof AlertSource>>('/api/alert-sources', {
    name: 'Monitoring',
    integrationType: 'API',
    escalationPolicy: { id: policy.id },
  })
  return {
    key: source.integrationKey ?? '',
    shownAs: new Map([
      ['mattermost/ben', mattermost.target],
      ['discord/eva', discord.target],
    ]),
    wanted: [
      { person: 'Pia', method: 'EMAIL', target: 'pia@storm.example' },
      { person: 'Tom', method: 'SMS', target: sms.target },
      { person: 'Ann', method: 'TELEGRAM', target: telegram.target },
      { person: 'Ben', method: 'MATTERMOST', target: mattermost.target },
      { person: 'Eva', method: 'EMAIL', target: 'eva@storm.example' },
      { person: 'Eva', method: 'DISCORD', target: discord.target },
    ],
  }
}

/** The event of one alert of the storm; some say the same words as others. */
export function stormEvent(key: string, index: number): Record<string, unknown> {
  const summary = index % SAME_EVERY === 0 ? 'The switch of the cellar is down' : `Disk of host-${index} is full`
  return { integrationKey: key, eventType: 'ALERT', alertKey: `host-${index}`, summary, priority: 'HIGH' }
}
