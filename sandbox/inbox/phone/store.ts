import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../files.ts'

/** More than a storm of ten thousand alerts leaves here (`npm run storm`). */
const ENTRIES_MAX = 2_000

/** What a button does when it is pressed. */
export interface PhoneButton {
  label: string
  /** `open`: a page in the browser; `call`: the app calls an address; `telegram`: the press is told to the bot. */
  kind: 'open' | 'call' | 'telegram'
  url: string
  data: string
}

/** One message as a person would see it. */
export interface PhoneEntry {
  id: string
  at: string
  kind: 'sms' | 'call' | 'push' | 'chat' | 'webhook'
  /** The app it is shown in, e.g. Telegram. */
  app: string
  to: string
  from: string
  title: string
  text: string
  buttons: PhoneButton[]
  /** Of a call. */
  state: 'ringing' | 'talking' | 'over' | 'missed' | null
  takesKeys: boolean
  /** What was said back and forth afterwards. */
  talk: { who: 'me' | 'they'; text: string }[]
  /** How the provider tells its customer; not shown. */
  callbackUrl: string | null
  authToken: string | null
  keysUrl: string | null
  headers: Record<string, string>
  body: string
}

/** A pretend browser that takes pushes. */
export interface PhoneBrowser {
  id: string
  publicKey: string
  privateKey: string
  auth: string
}

/** A bot whose button presses somebody wants to hear of. */
export interface PhoneHook {
  url: string
  secret: string
}

interface Kept {
  entries: PhoneEntry[]
  browsers: PhoneBrowser[]
  hooks: Record<string, PhoneHook>
}

export interface PhoneStore {
  entries: PhoneEntry[]
  browsers: PhoneBrowser[]
  hooks: Record<string, PhoneHook>
  get(id: string): PhoneEntry | undefined
  add(entry: PhoneEntry): Promise<void>
  changed(entry: PhoneEntry): Promise<void>
  clear(): Promise<void>
  save(): Promise<void>
}

/** Opens the phone kept in a folder. */
export async function openPhone(folder: string, tell: (event: string, data: unknown) => void): Promise<PhoneStore> {
  const file = join(folder, 'phone.json')
  const kept: Kept = { entries: [], browsers: [], hooks: {}, ...(await read(file)) }
  let saving: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | null = null
  // Whatever changes while one is written is written together.
  const save = () => {
    waiting ??= saving
      .catch(() => {})
      .then(() => {
        waiting = null
        saving = replaceFile(file, JSON.stringify(kept))
        return saving
      })
    return waiting
  }
  return {
    ...kept,
    get: (id) => kept.entries.find((entry) => entry.id === id),
    async add(entry) {
      kept.entries.unshift(entry)
      kept.entries.splice(ENTRIES_MAX)
      tell('phone', entry)
      await save()
    },
    async changed(entry) {
      tell('phone', entry)
      await save()
    },
    async clear() {
      kept.entries.splice(0)
      tell('phone-cleared', [])
      await save()
    },
    save,
  }
}

async function read(file: string): Promise<Partial<Kept>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<Kept>
  } catch {
    return {}
  }
}
