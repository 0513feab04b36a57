import { readPushKey } from '../api/notifications.ts'

/** Why this browser cannot take pushes, in a sentence; null when it can. */
export function pushTrouble(): string | null {
  if (!window.isSecureContext) return 'Notifications of the browser need https.'
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return 'This browser knows no push notifications.'
  if (Notification.permission === 'denied') return 'Notifications are blocked for this site in the browser.'
  return null
}

/** Asks the person, and subscribes this browser; throws a sentence when it does not work. */
export async function subscribeBrowser(): Promise<{ target: string; label: string }> {
  const trouble = pushTrouble()
  if (trouble) throw new Error(trouble)
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('Notifications were not allowed.')
  const registration = await navigator.serviceWorker.register('/sw.js')
  await navigator.serviceWorker.ready
  const { publicKey } = await readPushKey()
  try {
    const known = await registration.pushManager.getSubscription()
    const subscription =
      known ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey }))
    return { target: JSON.stringify(subscription.toJSON()), label: browserName(navigator.userAgent) }
  } catch {
    throw new Error('The push service of this browser cannot be reached.')
  }
}

/** What people call a browser. */
export function browserName(agent: string): string {
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : 'Browser'
  const system = /Android/.test(agent)
    ? 'Android'
    : /iPhone|iPad/.test(agent)
      ? 'iOS'
      : /Windows/.test(agent)
        ? 'Windows'
        : /Mac OS/.test(agent)
          ? 'Mac'
          : /Linux/.test(agent)
            ? 'Linux'
            : ''
  return system === '' ? browser : `${browser} on ${system}`
}
